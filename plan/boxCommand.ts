import { canonicalJson } from "./digest.ts";
import type { Service } from "./service.ts";

/** Where a build puts the first process of boxes. */
export const startProgram = "/usr/lib/fleet/fleet-start";

/**
 * The command of a box that runs one service in the foreground.
 * @param wrap what runs in the service's place, given its program and arguments.
 */
export function boxCommand(
  { command, start }: Pick<Service, "command" | "start">,
  wrap?: (command: string[]) => string[],
): string[] {
  if (!start) return wrap ? wrap(command) : command;
  if (!wrap) return started(start, command);
  const wrapped = wrap([start.start.program, ...command.slice(1)]);
  return started({ ...start, start: { ...start.start, program: wrapped[0] ?? "" } }, wrapped);
}

/** The same with other arguments in the place of the service's own, as they stand. */
export function ownCommand({ start }: Pick<Service, "start">, command: readonly string[]): string[] {
  const [program = ""] = command;
  return start ? started({ ...start, start: { program, expands: false } }, command) : [...command];
}

function started(start: NonNullable<Service["start"]>, command: readonly string[]): string[] {
  return [startProgram, canonicalJson(start), "--", ...command];
}
