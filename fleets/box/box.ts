import type { types } from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Service } from "../../plan/buildRequest.ts";
import { alwaysVolatile } from "../../plan/volatile.ts";
import { parseSize } from "../../config/sizes.ts";
import type { FleetLimits } from "../../plan/limits.ts";

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
  ...["readOnly", "capabilities", "securityOpts", "memory", "memorySwap", "cpus", "stopSignal", "mustRun"],
];

/** What all boxes of a fleet have in common, apart from their image and environment. */
export interface BoxLimits extends FleetLimits {
  /** The services in the image: in the foreground, the one whose user owns the volatile paths. */
  services: pulumi.Input<Service[]>;
}

/** How every accessory starts, and how long it may take to write down what it knows. */
export const accessoryLimits = { init: "foreground", drainSeconds: 60 } as const;

/** What systemd needs of a container to run as its first process, without privileges. */
const systemdCapabilities = [
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "NET_BIND_SERVICE",
  "SYS_CHROOT",
];

/**
 * When the engine starts a box again: always. By `unless-stopped`, an engine that was killed ends what still runs when it comes back,
 * takes that for a stop by hand, and starts nothing (docs/decisions/0010).
 */
export const restartPolicy = "always";

/** The arguments of a container resource that make a box immutable in fact: read-only root, few rights, bounded. */
export function boxSettings({ services, ...limits }: BoxLimits) {
  return {
    ...plainSettings(limits),
    restart: restartPolicy,
    tmpfs: pulumi.output(services).apply((known) => boxVolatile(limits, known)),
  };
}

/** The paths that a box may write, with their options, by the services in its image. */
export function boxVolatile(
  { volatile, init }: Pick<BoxLimits, "volatile" | "init">,
  services: readonly Service[],
): Record<string, string> {
  return volatilePaths(volatile, init === "systemd" ? undefined : services[0]);
}

/** Those of the arguments that follow from the configuration alone. */
export function plainSettings(limits: FleetLimits) {
  const systemd = limits.init === "systemd";
  const capabilities = [...new Set([...limits.capabilities, ...(systemd ? systemdCapabilities : [])])].sort();
  const memory =
    limits.memory === undefined ? undefined : Math.ceil((parseSize(limits.memory) ?? 0) / 2 ** 20);
  return {
    readOnly: true,
    capabilities: { drops: ["ALL"], adds: capabilities.map((name) => `CAP_${name}`) },
    securityOpts: ["no-new-privileges:true", ...(systemd ? ["seccomp=unconfined"] : [])],
    ...(memory !== undefined && { memory, memorySwap: memory }),
    ...(limits.cpus !== undefined && { cpus: String(limits.cpus) }),
    destroyGraceSeconds: limits.drainSeconds,
    restart: "unless-stopped",
    mustRun: true,
    ...(systemd && systemdSettings),
  };
}

const systemdSettings = {
  entrypoints: ["/sbin/init"],
  user: "0:0",
  stopSignal: "SIGRTMIN+3",
  volumes: [{ hostPath: "/sys/fs/cgroup", containerPath: "/sys/fs/cgroup" }] as types.input.ContainerVolume[],
};

/** They belong to the user who runs the box: some engines ignore the mode of a tmpfs over an existing folder. */
function volatilePaths(declared: readonly string[], owner: Service | undefined): Record<string, string> {
  const paths = [...new Set([...alwaysVolatile, ...declared, ...(owner ? [] : ["/run/lock"])])].sort();
  const options = owner ? `uid=${owner.uid},gid=${owner.gid},mode=1777` : "";
  return Object.fromEntries(paths.map((path) => [path, options]));
}
