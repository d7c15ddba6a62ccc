import type { VolumeMount } from "../../../config/volumes.ts";
import { sharedVolume } from "../../../plan/data/volumeNames.ts";

/** A service of a Compose file, as far as boxes need one (Compose specification, services). */
export interface ComposeService {
  image: string;
  entrypoint?: string[];
  command?: string[];
  user?: string;
  read_only: boolean;
  tmpfs?: string[];
  cap_drop: string[];
  cap_add?: string[];
  security_opt: string[];
  mem_limit?: string;
  memswap_limit?: string;
  cpus?: number;
  group_add?: string[];
  ulimits?: Record<string, { soft: number; hard: number }>;
  init?: boolean;
  shm_size?: string;
  logging?: { driver: string; options: Record<string, string> };
  /** The namespace of control groups. */
  cgroup?: string;
  sysctls?: Record<string, string>;
  stop_signal?: string;
  stop_grace_period?: string;
  restart: string;
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: ComposeMount[];
  networks?: Record<string, { aliases: string[] }>;
  network_mode?: string;
  healthcheck?: { test: string[]; interval: string; timeout: string; retries: number; start_period: string };
  depends_on?: Record<string, { condition: string }>;
  labels?: Record<string, string>;
}

/** A folder or file of the machine, or a named volume, in a box. */
export interface ComposeMount {
  type: "bind" | "volume";
  source: string;
  target: string;
  read_only?: boolean;
}

/** The arguments of a container resource that follow from the configuration, as its components make them. */
export interface ContainerSettings {
  readOnly: boolean;
  capabilities: { drops: string[]; adds?: string[] };
  securityOpts: string[];
  restart: string;
  entrypoints?: string[];
  command?: string[];
  user?: string;
  /** MiB. */
  memory?: number;
  memorySwap?: number;
  cpus?: string;
  groupAdds?: string[];
  ulimits?: { name: string; soft: number; hard: number }[];
  init?: boolean;
  /** MiB. */
  shmSize?: number;
  logDriver?: string;
  logOpts?: Record<string, string>;
  cgroupnsMode?: string;
  destroyGraceSeconds?: number;
  stopSignal?: string;
  sysctls?: Record<string, string>;
  ports?: { internal: number; external: number; ip: string }[];
  volumes?: { hostPath?: unknown; containerPath?: unknown }[];
}

/** The part of a Compose service that says the same as the arguments of a container resource. */
export function composeSettings(
  image: string,
  settings: ContainerSettings,
  tmpfs: Readonly<Record<string, string>> = {},
): ComposeService {
  const { entrypoints, command, user, memory, memorySwap, cpus, sysctls, stopSignal } = settings;
  const { ports = [], volumes = [], destroyGraceSeconds, groupAdds, cgroupnsMode } = settings;
  const { logDriver, logOpts = {} } = settings;
  const limits = settings.ulimits?.map(({ name, ...limit }) => [name, limit] as const);
  const adds = settings.capabilities.adds ?? [];
  const paths = Object.entries(tmpfs).map(([path, options]) =>
    options === "" ? path : `${path}:${options}`,
  );
  return {
    image,
    ...(entrypoints && { entrypoint: entrypoints }),
    ...(command && { command }),
    ...(user !== undefined && { user }),
    read_only: settings.readOnly,
    ...(paths.length > 0 && { tmpfs: paths }),
    cap_drop: settings.capabilities.drops,
    ...(adds.length > 0 && { cap_add: adds.map((name) => name.replace(/^CAP_/, "")) }),
    security_opt: settings.securityOpts,
    ...(memory !== undefined && { mem_limit: `${memory}m` }),
    ...(memorySwap !== undefined && { memswap_limit: `${memorySwap}m` }),
    ...(cpus !== undefined && { cpus: Number(cpus) }),
    ...(groupAdds && { group_add: groupAdds }),
    ...(limits && { ulimits: Object.fromEntries(limits) }),
    ...(settings.init && { init: true }),
    ...(settings.shmSize !== undefined && { shm_size: `${settings.shmSize}m` }),
    ...(logDriver !== undefined && { logging: { driver: logDriver, options: logOpts } }),
    ...(cgroupnsMode !== undefined && { cgroup: cgroupnsMode }),
    ...(sysctls && { sysctls }),
    ...(stopSignal !== undefined && { stop_signal: stopSignal }),
    ...(destroyGraceSeconds !== undefined && { stop_grace_period: `${destroyGraceSeconds}s` }),
    restart: settings.restart,
    ...(ports.length > 0 && {
      ports: ports.map(({ ip, external, internal }) => `${ip}:${external}:${internal}`),
    }),
    ...(volumes.length > 0 && {
      volumes: volumes.map(({ hostPath, containerPath }) => ({
        type: "bind",
        source: String(hostPath),
        target: String(containerPath),
      })),
    }),
  };
}

/** A box with the named volumes of its applications beside what it has. */
export function sharing(box: ComposeService, mounts: readonly VolumeMount[] = []): ComposeService {
  if (mounts.length === 0) return box;
  const own = mounts.map(({ volume, path, readOnly }) => ({
    ...{ type: "volume" as const, source: sharedVolume(volume), target: path },
    ...(readOnly && { read_only: true }),
  }));
  return { ...box, volumes: [...(box.volumes ?? []), ...own] };
}
