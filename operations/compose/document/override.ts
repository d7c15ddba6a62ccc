import type { Configuration } from "../../../config/schema.ts";
import type { Service } from "../../../plan/buildRequest.ts";
import { chainId } from "../../../plan/chain.ts";
import { boxNames } from "../../../fleets/box/identity.ts";
import { fleetChain } from "../../../plan/chains.ts";
import { fleetInit } from "../../../plan/limits.ts";
import type { ComposeImage } from "./file.ts";
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
 * @param mounts of the packages that its layers are made with.
 * @param located says how the override names a path of the project.
 */
export function composeOverride(
  configuration: Configuration,
  application: string,
  images: ReadonlyMap<string, ComposeImage>,
  mounts: readonly SourceMount[],
  located: (path: string) => string,
): ComposeOverride {
  const fleet = fleetOf(configuration, application);
  const bind = (source: string, target: string): ComposeMount => ({
    type: "bind",
    source,
    target,
    read_only: true,
  });
  const volumes = [
    ...mounts.map(({ source, target }) => bind(located(source), target)),
    bind(located(reloadFile), reloadAt),
  ];
  const reload = (command: readonly string[]) => [
    ...[python, reloadAt, ...mounts.map(({ target }) => target), "--"],
    ...command,
  ];
  const chain = fleetChain(configuration, fleet, "container");
  const files: Record<string, string> = {};
  const byHand: string[] = [];
  let own: OverriddenService = { volumes };
  if (fleetInit(configuration, fleet) === "foreground") {
    const command = images.get(chainId(chain))?.services[0]?.command ?? [];
    own = { entrypoint: reload(command).map(composeValue), volumes };
  } else
    for (const service of ownServices(configuration, application, chain, images)) {
      if (service.type === "forking" || service.type === "oneshot") {
        byHand.push(service.unit);
        continue;
      }
      const file = `${service.unit}.conf`;
      files[file] = dropIn(reload(service.command));
      volumes.push(bind(`./${file}`, `/run/systemd/system/${service.unit}.d/development.conf`));
    }
  const { boxes = 1 } = configuration.environment.fleets[fleet] ?? {};
  return { services: Object.fromEntries(boxNames(fleet, boxes).map((name) => [name, own])), files, byHand };
}

/** The fleet that runs an application. @throws Error when none does. */
export function fleetOf({ fleets, environment }: Configuration, application: string): string {
  const found = Object.keys(environment.fleets).find((name) =>
    fleets[name]?.applications.includes(application),
  );
  if (found !== undefined) return found;
  const known = Object.keys(environment.fleets).flatMap((name) => fleets[name]?.applications ?? []);
  throw new Error(`APPLICATION: expected one of ${known.sort().join(", ")}, got ${application}; choose one`);
}

/** The services that the layer of an application brings: those of its place, without those of the place below. */
function ownServices(
  { applications }: Configuration,
  application: string,
  chain: readonly string[],
  images: ReadonlyMap<string, ComposeImage>,
): Service[] {
  const end = chain.indexOf(applications[application]?.layer ?? "");
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
