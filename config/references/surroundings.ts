import { existsSync, readdirSync } from "node:fs";
import * as path from "node:path";

/** What the checks of references may look up outside the configuration. */
export interface Surroundings {
  /** Names of the roles in playbooks/roles. */
  roles: readonly string[];
  /** Whether a path of the project exists. */
  exists: (path: string) => boolean;
  /** Names of the secrets set in the stack's configuration. */
  secrets: readonly string[];
}

/** What a project's folder has. */
export function projectSurroundings(root: string, secrets: readonly string[]): Surroundings {
  return {
    roles: readdirSync(path.join(root, "playbooks/roles")),
    exists: (file) => existsSync(path.join(root, file)),
    secrets,
  };
}
