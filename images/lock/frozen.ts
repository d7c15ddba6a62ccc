/** Whether builds add nothing to the lock, as `npm ci`: where CI=true says so. */
export function isFrozen(environment: NodeJS.ProcessEnv = process.env): boolean {
  return environment["CI"] === "true";
}
