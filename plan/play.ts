/**
 * The play that applies roles in order, as a playbook's text: JSON, which is YAML. They are roles of one play, so that each sees
 * the defaults and variables of all, and a role that another one depends on runs once.
 * @param moduleDefaults arguments that modules are given, by their full names, where a task gives none
 */
export function rolesPlay(
  roles: readonly string[],
  moduleDefaults: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
): string {
  const play = {
    name: "Apply the roles in order",
    hosts: "all",
    any_errors_fatal: true,
    module_defaults: moduleDefaults,
    roles,
  };
  return JSON.stringify([play], undefined, 2);
}
