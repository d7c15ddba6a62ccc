import { ownCommand } from "./boxCommand.ts";
import type { Service } from "./service.ts";

/**
 * What a box runs instead of its service: another command, started as systemd would start that service's (its environment files, working
 * directory and limits, what comes before it). Images that say nothing of a service have it in the place of their own command.
 * @param service undefined: as the image has it.
 */
export function taskCommand(service: Service | undefined, command: readonly string[]): string[] {
  const start = service?.start && ({ ...service.start, kill: "first" } as const);
  return ownCommand({ start }, command);
}

/**
 * The service of an application in an image: the only one, else the one of its name; undefined in an image that says nothing of services.
 * @throws Error when several may be meant.
 */
export function serviceOf(application: string, services: readonly Service[]): Service | undefined {
  if (services.length <= 1) return services[0];
  const unit = `${application}.service`;
  const found = services.find((each) => each.unit === unit);
  if (found) return found;
  const units = services.map((each) => each.unit).join(", ");
  throw new Error(
    `applications.${application}: expected an image with one service, or with ${unit}, whose user and environment its tasks and schedules have, got ${units}; call its unit ${unit}, or give it a fleet of its own`,
  );
}
