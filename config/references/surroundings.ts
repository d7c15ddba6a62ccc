import { existsSync } from "node:fs";
import * as path from "node:path";
import { roleNames } from "../roleFolders.ts";

/** What the checks of references may look up outside the configuration. */
export interface Surroundings {
  /** Names of the roles in playbooks/roles, in the folders of roles_path, and in collections. */
  roles: readonly string[];
  /** Whether a path of the project exists. */
  exists: (path: string) => boolean;
  /** Names of the secrets set in the stack's configuration. */
  secrets: readonly string[];
  /** Their values, where they are known. */
  secretValues?: Readonly<Record<string, unknown>>;
}

/** What a project's folder has. */
export function projectSurroundings(
  root: string,
  secrets: readonly string[],
  secretValues: Readonly<Record<string, unknown>> = {},
): Surroundings {
  return {
    roles: roleNames(root),
    exists: (file) => existsSync(path.join(root, file)),
    secrets,
    secretValues,
  };
}
