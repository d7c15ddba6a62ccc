import * as pulumi from "@pulumi/pulumi";
import type { SystemdNeeds } from "../../engine/systemdNeeds.ts";
import type { Service } from "../../plan/service.ts";
import { parseSize } from "../../config/sizes.ts";
import { higherLimit, needsInit, type BoxShapePlan } from "../../plan/boxShape.ts";
import { canonicalJson } from "../../plan/digest.ts";
import type { FleetLimits, Init } from "../../plan/limits.ts";
import { boxInit } from "./foreground.ts";
import { restartPolicy } from "./restart.ts";
import { systemdCapabilities, systemdSettings } from "./systemd.ts";
import { boxVolatile } from "./volatile.ts";

/**
 * What makes another box when it changes: everything that its container is made with. The provider would change some of
 * it in the running container. How long a box may take to stop is no part of the box, nor when the engine starts it again.
 */
export const boxProperties = [
  ...[
    "image",
    "entrypoints",
    "command",
    "user",
    "envs",
    "labels",
    "networkMode",
    "networksAdvanced",
    "volumes",
    "tmpfs",
  ],
  ...[
    "readOnly",
    "capabilities",
    "securityOpts",
    "memory",
    "memorySwap",
    "cpus",
    "stopSignal",
    "mustRun",
    "ulimits",
    "groupAdds",
    "cgroupnsMode",
    "logDriver",
    "logOpts",
    "init",
    "shmSize",
  ],
];

/** What all boxes of a fleet have in common, apart from their image and environment. */
export interface BoxLimits extends FleetLimits {
  /** The services in the image: in the foreground, the one whose user owns the volatile paths. */
  services: pulumi.Input<Service[]>;
  /** Asks the engine what systemd needs there; only for boxes that run it. */
  systemdNeeds: () => pulumi.Input<SystemdNeeds>;
  /** Named volumes and where they are. */
  volumes?: readonly BoxVolume[];
}

/** A named volume in a box. */
export interface BoxVolume {
  volumeName: pulumi.Input<string>;
  containerPath: string;
  readOnly?: boolean;
}

/** How every accessory starts, and how long it may take to write down what it knows. */
export function accessoryLimits(
  command: readonly string[] | undefined,
): Pick<FleetLimits, "init" | "drainSeconds"> {
  return { init: command ? "foreground" : "automatic", drainSeconds: 60 };
}

/** The arguments of a container resource that make a box immutable in fact: read-only root, few rights, bounded. */
export function boxSettings({ services, systemdNeeds, volumes = [], ...limits }: BoxLimits) {
  const settled = pulumi.output(services).apply((known) => {
    const needs = boxInit(limits.init, known) === "systemd" ? systemdNeeds() : undefined;
    const paths = volumes.map(({ containerPath }) => containerPath);
    return pulumi.output(needs).apply((given) => plainSettings(limits, known, given, paths));
  });
  return {
    ...fixedSettings(limits),
    capabilities: settled.capabilities,
    securityOpts: settled.securityOpts,
    restart: restartPolicy,
    tmpfs: settled.tmpfs,
    ulimits: settled.ulimits,
    ...(limits.shape?.init && { init: settled.init }),
    groupAdds: settled.groupAdds,
    entrypoints: settled.entrypoints,
    user: settled.user,
    stopSignal: settled.stopSignal,
    cgroupnsMode: settled.cgroupnsMode,
    volumes: settled.apply((known) => {
      const all = [...(known.volumes ?? []), ...volumes];
      return all.length > 0 ? all : undefined;
    }),
  };
}

/**
 * Those of the arguments that follow from the configuration and the image; absent where they say nothing.
 * @param needs of systemd, where a box runs it. @param volumes paths of named volumes.
 */
export function plainSettings(
  limits: FleetLimits,
  services: readonly Service[],
  needs: SystemdNeeds | undefined,
  volumes: readonly string[] = [],
) {
  const init = boxInit(limits.init, services);
  const { securityOpts = [], ...systemd } = init === "systemd" && needs ? systemdSettings(needs) : {};
  const more = init === "systemd" ? systemdCapabilities : (services[0]?.capabilities ?? []);
  const capabilities = [...new Set([...limits.capabilities, ...more])].sort();
  const groups = init === "systemd" ? [] : (services[0]?.groups ?? []);
  const ulimits = boxUlimits(init, services, limits.shape);
  return {
    ...fixedSettings(limits),
    capabilities: { drops: ["ALL"], adds: capabilities.map((name) => `CAP_${name}`) },
    securityOpts: ["no-new-privileges:true", ...securityOpts],
    restart: "unless-stopped",
    tmpfs: boxVolatile({ ...limits, init, services, volumes }),
    ...(ulimits.length > 0 && { ulimits }),
    ...(groups.length > 0 && { groupAdds: groups.map(String) }),
    ...(init === "foreground" && needsInit(limits.shape, services) && { init: true }),
    ...systemd,
  } as PlainSettings;
}

/** {@link plainSettings}. */
interface PlainSettings
  extends
    Partial<Omit<ReturnType<typeof systemdSettings>, "securityOpts">>,
    ReturnType<typeof fixedSettings> {
  capabilities: { drops: string[]; adds: string[] };
  securityOpts: string[];
  restart: string;
  tmpfs: Record<string, string>;
  ulimits?: { name: string; soft: number; hard: number }[];
  groupAdds?: string[];
  init?: true;
}

/** Those that no image changes; memory in MiB. */
function fixedSettings({ memory, cpus, drainSeconds, logs, shape: { shmMebibytes } = {} }: FleetLimits) {
  const mebibytes = memory === undefined ? undefined : Math.ceil((parseSize(memory) ?? 0) / 2 ** 20);
  return {
    readOnly: true as const,
    ...(mebibytes !== undefined && { memory: mebibytes, memorySwap: mebibytes }),
    ...(cpus !== undefined && { cpus: String(cpus) }),
    ...(shmMebibytes !== undefined && { shmSize: shmMebibytes }),
    ...(logs && { logDriver: logs.driver, logOpts: logs.options }),
    destroyGraceSeconds: drainSeconds,
    mustRun: true as const,
  };
}

/** In the foreground, the service's own; else as high as any of them asks, since systemd cannot raise what it was given. What is configured counts. */
function boxUlimits(
  init: Init,
  services: readonly Service[],
  { ulimits = {} }: BoxShapePlan = {},
): { name: string; soft: number; hard: number }[] {
  const found = new Map<string, { soft: number; hard: number }>();
  for (const { limits = {} } of services)
    for (const [name, [soft, hard]] of Object.entries(limits)) {
      const other = found.get(name);
      found.set(name, {
        soft: higherLimit(other?.soft ?? 0, init === "systemd" ? hard : soft),
        hard: higherLimit(other?.hard ?? 0, hard),
      });
    }
  for (const [name, [soft, hard]] of Object.entries(ulimits)) found.set(name.toUpperCase(), { soft, hard });
  return [...found].sort().map(([name, limit]) => ({ name: name.toLowerCase(), ...limit }));
}

/**
 * The label of boxes that have more than every box: by it they are other boxes when they have it no more, which the provider does not
 * see of what the engine gives to all.
 */
export function shapeLabels(shape: BoxShapePlan | undefined): { label: string; value: string }[] {
  if (!shape?.init && shape?.shmMebibytes === undefined) return [];
  const { init, shmMebibytes } = shape;
  return [{ label: "immutable-fleets.shape", value: canonicalJson({ init, shmMebibytes }) }];
}
