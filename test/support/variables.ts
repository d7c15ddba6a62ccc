/**
 * Gives the environment the variables that it had, in place: libraries keep the object that they found when they were loaded
 * (`import { env } from "node:process"`), so one put in its place is not seen by them.
 */
export function restoreVariables(before: Readonly<NodeJS.ProcessEnv>): void {
  for (const name of Object.keys(process.env))
    if (!(name in before)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, before);
}

/** Does something with variables of the environment, which are afterwards as they were. */
export async function withVariables<T>(
  variables: Readonly<Record<string, string>>,
  work: () => Promise<T>,
): Promise<T> {
  const before = { ...process.env };
  Object.assign(process.env, variables);
  try {
    return await work();
  } finally {
    restoreVariables(before);
  }
}
