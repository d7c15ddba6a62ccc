import type { Service } from "../../../plan/service.ts";
import { boxCommand } from "../../../plan/boxCommand.ts";
import { chainId } from "../../../plan/chain.ts";
import { boxInit } from "../../../fleets/box/foreground.ts";
import { boxNames } from "../../../fleets/box/identity.ts";
import type { ContainerFleetPlan } from "../../../plan/environment/FleetPlan.ts";
import type { ContainersPlan } from "../../../plan/environment/TargetPlan.ts";
import type { ComposeImage } from "./image.ts";
import { composeValue } from "./secrets.ts";
import type { ComposeMount } from "./service.ts";

/** A folder or file of the project, and where a package puts it in a box. */
export interface SourceMount {
  source: string;
  target: string;
}

/** What the override adds to a box. */
export interface OverriddenService {
  entrypoint?: string[];
  volumes: ComposeMount[];
}

/** An override of a Compose file (its services, merged over those of the file), and the files that it mounts. */
export interface ComposeOverride {
  services: Record<string, OverriddenService>;
  /** Texts by file name, to be written beside the override. */
  files: Record<string, string>;
  /** Services that are not started anew by themselves when their source changes. */
  byHand: string[];
}

/** Where the program that reloads lies in the project, and in a box. */
const reloadFile = "operations/compose/document/reload.py";
const reloadAt = "/run/fleet-development/reload.py";
const python = "/usr/bin/python3";

/**
 * Has the boxes of one application run its source as it lies in the project, and start it anew when that changes.
 * @param fleet that runs it.
 * @param mounts of the packages that its layers are made with.
 * @param located says how the override names a path of the project.
 */
export function composeOverride(
  fleet: ContainerFleetPlan,
  application: string,
  images: ReadonlyMap<string, ComposeImage>,
  mounts: readonly SourceMount[],
  located: (path: string) => string,
): ComposeOverride {
  const { name: fleetName, chain, limits, boxes } = fleet;
  const volumes = [
    ...mounts.map(({ source, target }) => bind(located(source), target)),
    bind(located(reloadFile), reloadAt),
  ];
  const reload = (command: readonly string[]) => [
    ...[python, reloadAt, ...mounts.map(({ target }) => target), "--"],
    ...command,
  ];
  const files: Record<string, string> = {};
  const byHand: string[] = [];
  let own: OverriddenService = { volumes };
  const known = images.get(chainId(chain))?.services ?? [];
  if (boxInit(limits.init, known) === "foreground") {
    const command = boxCommand(known[0] ?? { command: [] }, reload);
    own = { entrypoint: command.map(composeValue), volumes };
  } else
    for (const service of ownServices(fleet, application, images)) {
      if (service.type === "forking" || service.type === "oneshot") {
        byHand.push(service.unit);
        continue;
      }
      const file = `${service.unit}.conf`;
      files[file] = dropIn(reload(service.command));
      volumes.push(bind(`./${file}`, `/run/systemd/system/${service.unit}.d/development.conf`));
    }
  const services = Object.fromEntries(boxNames(fleetName, boxes).map((name) => [name, own]));
  return { services, files, byHand };
}

function bind(source: string, target: string): ComposeMount {
  return { type: "bind", source, target, read_only: true };
}

/** The fleet that runs an application. @throws Error when none does. */
export function fleetOf({ fleets }: ContainersPlan, application: string): ContainerFleetPlan {
  const runs = ({ applications }: ContainerFleetPlan) => applications.map(({ name }) => name);
  const found = fleets.find((fleet) => runs(fleet).includes(application));
  if (found) return found;
  const known = fleets.flatMap(runs).sort().join(", ");
  throw new Error(`APPLICATION: expected one of ${known}, got ${application}; choose one`);
}

/** The services that the layer of an application brings: those of its place, without those of the place below. */
function ownServices(
  { applications, chain }: ContainerFleetPlan,
  application: string,
  images: ReadonlyMap<string, ComposeImage>,
): Service[] {
  const end = chain.indexOf(applications.find(({ name }) => name === application)?.layer ?? "");
  const below = (images.get(chainId(chain.slice(0, end)))?.services ?? []).map(({ unit }) => unit);
  const all = images.get(chainId(chain.slice(0, end + 1)))?.services ?? [];
  return all.filter(({ unit }) => !below.includes(unit));
}

/** A drop-in of systemd that puts another command in the place of a unit's own (systemd.service(5)). */
function dropIn(command: readonly string[]): string {
  return `[Service]\nExecStart=\nExecStart=${command.map(quoted).join(" ")}\n`;
}

function quoted(argument: string): string {
  const escaped = argument.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
  return `"${escaped.replaceAll("%", "%%").replaceAll("$", "$$$$")}"`;
}
