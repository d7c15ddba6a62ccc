import type { ContainerFacts } from "./containers.ts";

/** What a box may do, and how much of the machine it may take. */
export interface BoxShape {
  readOnly: boolean;
  capabilitiesAdded: readonly string[];
  capabilitiesDropped: readonly string[];
  securityOptions: readonly string[];
  /** Paths in memory, and their options. */
  tmpfs: Readonly<Record<string, string>>;
  /** Bytes, swap included; undefined: no limit. */
  memoryBytes?: number | undefined;
  cpus?: number | undefined;
  ulimits: readonly { name: string; soft: number; hard: number }[];
  groups: readonly string[];
  /** A first process of the engine's before the program. */
  init?: boolean | undefined;
  /** Bytes of /dev/shm; undefined: as many as the engine gives. */
  shmBytes?: number | undefined;
  /** Undefined: as the image says. */
  user?: string | undefined;
  /** Named volumes in it; undefined: none. */
  volumes?: readonly { name: string; path: string; readOnly: boolean }[] | undefined;
}

/** What a box may do that runs. @param user undefined: as its image says. */
export function shapeOf({ HostConfig }: Pick<ContainerFacts, "HostConfig">, user?: string): BoxShape {
  const { Memory, NanoCpus, CapAdd, CapDrop, SecurityOpt, Tmpfs, ReadonlyRootfs } = HostConfig;
  return {
    readOnly: ReadonlyRootfs,
    capabilitiesAdded: CapAdd ?? [],
    capabilitiesDropped: CapDrop ?? [],
    securityOptions: SecurityOpt ?? [],
    tmpfs: Tmpfs ?? {},
    ...(Memory > 0 && { memoryBytes: Memory }),
    ...(NanoCpus > 0 && { cpus: NanoCpus / 1e9 }),
    ulimits: (HostConfig.Ulimits ?? []).map(({ Name, Soft, Hard }) => ({
      name: Name,
      soft: Soft,
      hard: Hard,
    })),
    groups: HostConfig.GroupAdd ?? [],
    ...(HostConfig.Init === true && { init: true }),
    ...(HostConfig.ShmSize !== undefined && HostConfig.ShmSize > 0 && { shmBytes: HostConfig.ShmSize }),
    ...(user !== undefined && { user }),
  };
}

/** The options of `docker create` by which a box may do so much. */
export function shapeArguments(shape: BoxShape): string[] {
  const { readOnly, capabilitiesAdded, capabilitiesDropped, securityOptions, tmpfs, memoryBytes } = shape;
  const memory = String(memoryBytes);
  return [
    ...(readOnly ? ["--read-only"] : []),
    ...capabilitiesDropped.flatMap((name) => ["--cap-drop", name]),
    ...capabilitiesAdded.flatMap((name) => ["--cap-add", name]),
    ...securityOptions.flatMap((option) => ["--security-opt", option]),
    ...Object.entries(tmpfs).flatMap(([path, options]) => [
      "--tmpfs",
      options === "" ? path : `${path}:${options}`,
    ]),
    ...(memoryBytes === undefined ? [] : ["--memory", memory, "--memory-swap", memory]),
    ...(shape.cpus === undefined ? [] : ["--cpus", String(shape.cpus)]),
    ...shape.ulimits.flatMap(({ name, soft, hard }) => ["--ulimit", `${name}=${soft}:${hard}`]),
    ...shape.groups.flatMap((group) => ["--group-add", group]),
    ...(shape.init ? ["--init"] : []),
    ...(shape.shmBytes === undefined ? [] : ["--shm-size", String(shape.shmBytes)]),
    ...(shape.volumes ?? []).flatMap(({ name, path, readOnly }) => [
      "--mount",
      `type=volume,source=${name},target=${path}${readOnly ? ",readonly" : ""}`,
    ]),
    ...(shape.user === undefined ? [] : ["--user", shape.user]),
  ];
}
