const variable = "REPOSITORY_PASSWORDS";

/**
 * The passwords of package repositories that this process was given, by repository: JSON in REPOSITORY_PASSWORDS. They are
 * taken out of the environment, since no program that a build starts needs them there.
 */
export function givenPasswords(): Record<string, string> {
  const given = process.env[variable] ?? "{}";
  Reflect.deleteProperty(process.env, variable);
  return JSON.parse(given) as Record<string, string>;
}
