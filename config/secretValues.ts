const reference = /\$\{secret:([^}]*)\}/g;

/** Whether a value of an environment names a secret. */
export function namesSecret(value: string): boolean {
  return value.match(reference) !== null;
}

/** The value with every `${secret:NAME}` replaced; unknown names were refused when the configuration was checked. */
export function withSecrets(value: string, secrets: Readonly<Record<string, string>>): string {
  return value.replace(reference, (_whole, name: string) => secrets[name] ?? "");
}

/** The names of the secrets in a value. */
export function secretNames(value: string): string[] {
  return [...value.matchAll(reference)].map((match) => match[1] ?? "");
}
