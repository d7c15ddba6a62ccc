import * as pulumi from "@pulumi/pulumi";
import { boxCommand, ownCommand } from "../../plan/boxCommand.ts";
import { limitedService } from "../../plan/boxShape.ts";
import type { FleetLimits } from "../../plan/limits.ts";
import type { Service } from "../../plan/service.ts";
import { boxInit } from "./foreground.ts";

/** How boxes start, and their limits. */
type Start = Pick<FleetLimits, "init" | "shape">;

/** The arguments of a container resource that runs something else than its image's command; none where there is none. */
export function boxArguments(
  command: readonly string[] | undefined,
  services: pulumi.Input<Service[]>,
  start: Start,
): { command?: pulumi.Output<string[]> } {
  if (!command && !start.shape?.ulimits) return {};
  // Where it is the image's after all, none is given.
  return {
    command: pulumi.output(services).apply((known) => boxLine(command, known, start) as string[]),
  };
}

/**
 * What a box runs instead of its image's command: another one, or the same with the limits that are configured, since the first process of an
 * image of ours sets those of its unit. Undefined: as the image says.
 */
export function boxLine(
  command: readonly string[] | undefined,
  services: readonly Service[],
  { init, shape }: Start,
): string[] | undefined {
  const [found] = services;
  const service = found && limitedService(found, shape?.ulimits);
  if (command) return ownCommand(service ?? {}, command);
  const isSame = service === found || boxInit(init, services) === "systemd";
  return service && !isSame ? boxCommand(service) : undefined;
}
