/**
 * One line of systemd's EnvironmentFile=, or more where the value has line ends: in double quotes they are taken as they are,
 * and nothing in a value can end it.
 */
export function assignment(name: string, value: string): string {
  return `${name}="${value.replace(/[\\"`$]/g, "\\$&")}"`;
}
