import { execa } from "execa";

/** What the engine says of a container, as far as it is read here. */
export interface ContainerFacts {
  Id: string;
  Name: string;
  Created: string;
  /** The id of the image that it runs. */
  Image: string;
  RestartCount: number;
  State: {
    Status: string;
    Running: boolean;
    ExitCode: number;
    StartedAt: string;
    FinishedAt?: string;
    Pid: number;
  };
  Config: { Env: string[] | null; Labels: Record<string, string> | null };
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
    NetworkMode: string;
    RestartPolicy: { Name: string };
  };
  Mounts: { Type: string; Name?: string; Source: string; Destination: string }[];
  NetworkSettings: { Networks: Record<string, { IPAddress: string; Aliases: string[] | null }> };
}

/** The containers of these ids that exist, in any order. @throws Error when the engine does not answer. */
export async function inspectContainers(ids: readonly string[]): Promise<ContainerFacts[]> {
  if (ids.length === 0) return [];
  const result = await execa("docker", ["container", "inspect", ...ids], { reject: false });
  const unexpected = result.stderr
    .split("\n")
    .filter((line) => line !== "" && !/no such container/i.test(line));
  if (unexpected.length > 0)
    throw new Error(engineProblem("docker container inspect", unexpected.join("; ")));
  return JSON.parse(result.stdout === "" ? "[]" : result.stdout) as ContainerFacts[];
}

/** Ids of all containers, running or not, with a label of a value. */
export async function containersWithLabel(label: string, value?: string): Promise<string[]> {
  const filter = `label=${label}${value === undefined ? "" : `=${value}`}`;
  const { stdout } = await runDocker(["ps", "--all", "--quiet", "--no-trunc", "--filter", filter]);
  return stdout.split("\n").filter((line) => line !== "");
}

/** Runs the docker client. @throws Error with what it printed, without a stack trace. */
export async function runDocker(args: string[]): Promise<{ stdout: string }> {
  const result = await execa("docker", args, { reject: false, stdin: "ignore" });
  if (result.failed) throw new Error(engineProblem(`docker ${args.slice(0, 2).join(" ")}`, result.stderr));
  return { stdout: result.stdout };
}

function engineProblem(command: string, reason: string): string {
  return `${command}: expected an answer of the engine, got ${reason.trim() || "none"}; is the Docker Engine running?`;
}
