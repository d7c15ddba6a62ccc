/**
 * What a text has in the place of a value that must not, or cannot, be written down: the name of a variable of the machine, between two
 * NUL, which no text of these files may have otherwise.
 */
export const markOf = {
  secret: (variable: string) => `\0secret:${variable}\0`,
  unset: (variable: string) => `\0unset:${variable}\0`,
};

const marks = /\0(secret|unset):([^\0]*)\0/g;

/** The variables whose secret values a text stands for. */
export function markedSecrets(text: string): string[] {
  return marked(text, "secret");
}

/** The variables that a text names and nobody sets. */
export function markedUnset(text: string): string[] {
  return marked(text, "unset");
}

/** Whether a text is nothing but a variable that nobody sets. */
export function isUnset(text: string): boolean {
  return /^\0unset:[^\0]*\0$/.test(text);
}

/** The text with each mark of a secret replaced; those of what is not set are left out. */
export function unmarked(text: string, secret: (variable: string) => string): string {
  return text.replace(marks, (_whole, kind: string, variable: string) =>
    kind === "secret" ? secret(variable) : "",
  );
}

function marked(text: string, kind: "secret" | "unset"): string[] {
  return [...text.matchAll(marks)].filter((match) => match[1] === kind).map((match) => match[2] ?? "");
}
