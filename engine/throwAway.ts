import type { ContainerFacts } from "./containers.ts";
import type { DockerClient } from "./DockerClient.ts";

/** What a throw-away box may do: as the boxes that it is like. */
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
  /** Undefined: as the image says. */
  user?: string | undefined;
}

/** A box that runs one command, by no name in the network by which requests would come. */
export interface ThrowAwayBox {
  image: string;
  network: string;
  shape: BoxShape;
  /** What it is told. */
  variables: Readonly<Record<string, string>>;
  /** In the place of the image's command. */
  command: readonly string[];
  /** In the place of the image's entry point. */
  entrypoint?: string;
  /** Of its container: while there is one, no other can be made by it. */
  name?: string;
  labels: Readonly<Record<string, string>>;
  /** What it is given: nothing, a standard input, or a terminal. Default: nothing. */
  input?: "stream" | "terminal";
}

/** The label of every throw-away box; its value says what for. */
export const throwAwayLabel = "immutable-fleets.throw-away";

/** Makes a throw-away box, which is not started. @returns its container's id. @throws Error when the engine does not make it. */
export async function createThrowAway(engine: DockerClient, box: ThrowAwayBox): Promise<string> {
  const taken = Object.keys(box.variables).find((name) => /^(PATH|HOME|DOCKER_.*)$/.test(name));
  if (taken !== undefined)
    throw new Error(
      `expected variables that are not the Docker client's own, got ${taken}; call it otherwise`,
    );
  // Values stand in the client's environment, never on its command line.
  return engine.run(throwAwayArguments(box), { variables: box.variables });
}

/** The command line that makes it. */
export function throwAwayArguments(box: ThrowAwayBox): string[] {
  const { image, network, variables, command, entrypoint, name, labels, input } = box;
  return [
    // Its first process reaps others and hands signals on, which the command itself may not do.
    ...["create", "--init", "--stop-signal", "SIGTERM", "--network", network],
    ...(name === undefined ? [] : ["--name", name]),
    ...Object.entries(labels).flatMap(([key, value]) => ["--label", `${key}=${value}`]),
    ...(input === undefined ? [] : ["--interactive"]),
    ...(input === "terminal" ? ["--tty"] : []),
    ...shapeArguments(box.shape),
    ...Object.keys(variables).flatMap((each) => ["--env", each]),
    ...(entrypoint === undefined ? [] : ["--entrypoint", entrypoint]),
    image,
    ...command,
  ];
}

function shapeArguments(shape: BoxShape): string[] {
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
    ...(shape.user === undefined ? [] : ["--user", shape.user]),
  ];
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
    ...(user !== undefined && { user }),
  };
}
