import { isSecretName } from "../services/secretWords.ts";
import { markOf } from "../services/marks.ts";

/** The machine's variables, as an `.env` file beside the Compose file has them. */
export type MachineVariables = Readonly<Record<string, string>>;

const plainName = /^[A-Za-z_][A-Za-z0-9_]*/;
const braced = /^([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-?+])([\s\S]*))?$/;

/**
 * A text of a Compose file with its variables filled in: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:?message}`, `${NAME:+other}`,
 * the same without the colon, and `$$`. A secret's value, and one that is not set, are marked instead (marks.ts).
 * @throws Error that says what of it is no variable.
 */
export function interpolated(text: string, variables: MachineVariables): string {
  let [filled, rest] = ["", text];
  for (;;) {
    const at = rest.indexOf("$");
    if (at < 0) return filled + rest;
    filled += rest.slice(0, at);
    const { value, length } = reference(rest.slice(at + 1), variables);
    filled += value;
    rest = rest.slice(at + 1 + length);
  }
}

/** What follows a dollar sign: what it stands for, and how long it is. */
function reference(rest: string, variables: MachineVariables): { value: string; length: number } {
  if (rest.startsWith("$")) return { value: "$", length: 1 };
  const [name] = plainName.exec(rest) ?? [];
  if (name !== undefined) return { value: valueOf(name, undefined, "", variables), length: name.length };
  const end = rest.startsWith("{") ? closing(rest) : -1;
  const [, variable, operator, word = ""] = braced.exec(rest.slice(1, Math.max(end, 0))) ?? [];
  if (variable === undefined)
    throw new Error(
      `expected $NAME, \${NAME} or $$, got $${rest.slice(0, 10).trim()}; write $$ for a dollar sign`,
    );
  return { value: valueOf(variable, operator, word, variables), length: end + 1 };
}

function valueOf(name: string, operator = "", word: string, variables: MachineVariables): string {
  const own = Object.hasOwn(variables, name) ? variables[name] : undefined;
  const isThere = own !== undefined && !(operator.startsWith(":") && own === "");
  const value = isThere ? own : markOf.unset(name);
  if (operator.endsWith("+")) return isThere ? interpolated(word, variables) : "";
  if (!isThere && operator.endsWith("-")) {
    const fallback = interpolated(word, variables);
    return fallback !== "" && isSecretName(name) ? markOf.secret(name) : fallback;
  }
  if (isSecretName(name) && own !== "") return markOf.secret(name);
  return value;
}

/** Where the brace that opens a text is closed. */
function closing(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === "{" && (at === 0 || text[at - 1] === "$")) depth += 1;
    if (text[at] === "}") depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}
