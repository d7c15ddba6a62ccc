import type { LockMode } from "../../plan/buildRequest.ts";

/** How builds hold to the lock where nobody says otherwise: with CI=true they add nothing to it, as `npm ci`. */
export function givenMode(environment: NodeJS.ProcessEnv = process.env): LockMode {
  return environment["CI"] === "true" ? "frozen" : "open";
}
