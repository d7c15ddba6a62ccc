import * as pulumi from "@pulumi/pulumi";
import { ownCommand } from "../../plan/boxCommand.ts";
import type { Service } from "../../plan/service.ts";

/** The arguments of a container resource that runs a command instead of its image's; none where there is none. */
export function boxArguments(
  command: readonly string[] | undefined,
  services: pulumi.Input<Service[]>,
): { command?: pulumi.Output<string[]> } {
  if (!command) return {};
  return { command: pulumi.output(services).apply(([service]) => ownCommand(service ?? {}, command)) };
}
