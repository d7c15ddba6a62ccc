/** What the checks of references may look up outside the configuration. */
export interface Surroundings {
  /** Names of the roles in playbooks/roles. */
  roles: readonly string[];
  /** Whether a path of the project exists. */
  exists: (path: string) => boolean;
  /** Names of the secrets set in the stack's configuration. */
  secrets: readonly string[];
}
