/** The environment variable that has passwords of package repositories, as JSON. */
export const passwordsVariable = "REPOSITORY_PASSWORDS";

let given: Record<string, string> = {};

/**
 * The passwords of package repositories that this process was given, by repository: JSON in REPOSITORY_PASSWORDS. They are
 * taken out of the environment at the first call, since no program that a build starts needs them there.
 */
export function givenPasswords(): Record<string, string> {
  const text = process.env[passwordsVariable];
  Reflect.deleteProperty(process.env, passwordsVariable);
  if (text !== undefined) given = JSON.parse(text) as Record<string, string>;
  return given;
}
