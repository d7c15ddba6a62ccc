import { dockerProblem, localEngine, type DockerClient } from "./DockerClient.ts";

/** What the engine says of a container, as far as it is read here. */
export interface ContainerFacts {
  Id: string;
  Name: string;
  Created: string;
  /** The id of the image that it runs. */
  Image: string;
  RestartCount: number;
  /** Its first program. */
  Path?: string;
  State: {
    Status: string;
    Running: boolean;
    Restarting: boolean;
    ExitCode: number;
    StartedAt: string;
    FinishedAt?: string;
    Pid: number;
    /** Of an image that brings a health check along. */
    Health?: { Status: string; Log?: { Output: string }[] | null };
  };
  Config: { Env: string[] | null; Labels: Record<string, string> | null; Cmd?: string[] | null };
  HostConfig: {
    Memory: number;
    MemorySwap: number;
    CpuShares: number;
    NanoCpus: number;
    CpuQuota: number;
    ReadonlyRootfs: boolean;
    Privileged: boolean;
    CapAdd: string[] | null;
    CapDrop: string[] | null;
    SecurityOpt: string[] | null;
    Tmpfs: Record<string, string> | null;
    Ulimits?: { Name: string; Soft: number; Hard: number }[] | null;
    GroupAdd?: string[] | null;
    Init?: boolean | null;
    ShmSize?: number;
    LogConfig?: { Type: string; Config: Record<string, string> | null };
    NetworkMode: string;
    RestartPolicy: { Name: string };
  };
  Mounts: { Type: string; Name?: string; Source: string; Destination: string; RW?: boolean }[];
  NetworkSettings: { Networks: Record<string, { IPAddress: string; Aliases: string[] | null }> };
}

/** Whether a mount is a volume that has a name of its own: one that an image declares is named by the engine, and goes with its container. */
export function isNamedVolume({ Type, Name = "" }: ContainerFacts["Mounts"][number]): boolean {
  return Type === "volume" && !/^[0-9a-f]{64}$/.test(Name);
}

/** The containers of these ids that exist, in any order. @throws Error when the engine does not answer. */
export async function inspectContainers(
  ids: readonly string[],
  engine: DockerClient = localEngine,
): Promise<ContainerFacts[]> {
  if (ids.length === 0) return [];
  const answer = await engine.ask(["container", "inspect", ...ids]);
  const unexpected = answer.stderr
    .split("\n")
    .filter((line) => line !== "" && !/no such container/i.test(line));
  if (unexpected.length > 0) throw new Error(dockerProblem(["container", "inspect"], unexpected.join("; ")));
  return JSON.parse(answer.stdout === "" ? "[]" : answer.stdout) as ContainerFacts[];
}

/** Ids of all containers, running or not, with a label, of a value if one is given. */
export function containersLabelled(
  label: string,
  value?: string,
  engine: DockerClient = localEngine,
): Promise<string[]> {
  const filter = `label=${label}${value === undefined ? "" : `=${value}`}`;
  return engine.lines(["ps", "--all", "--quiet", "--no-trunc", "--filter", filter]);
}

/** Ids of all containers, running or not. */
export function allContainers(engine: DockerClient = localEngine): Promise<string[]> {
  return engine.lines(["ps", "--all", "--quiet", "--no-trunc"]);
}

/** The last lines that a container has printed, on either stream. */
export async function lastLines(
  container: string,
  count: number,
  engine: DockerClient = localEngine,
): Promise<string> {
  return (await engine.ask(["logs", "--tail", String(count), container])).all;
}
