import { z } from "zod";
import type { DockerClient } from "../../engine/DockerClient.ts";

const taskSchema = z.object({
  ID: z.string(),
  CreatedAt: z.string(),
  Slot: z.number().default(0),
  NodeID: z.string().default(""),
  DesiredState: z.string(),
  Status: z.object({
    State: z.string(),
    Err: z.string().default(""),
    Message: z.string().default(""),
    ContainerStatus: z
      .object({ ContainerID: z.string().default(""), ExitCode: z.number().default(0) })
      .optional(),
  }),
  NetworksAttachments: z.array(z.object({ Addresses: z.array(z.string()).nullish() })).nullish(),
});

/** A task of a service, which runs one box; a box that ended has another task after it. */
export interface SwarmTask {
  id: string;
  created: string;
  /** The number of its box, from 1. */
  slot: number;
  /** The machine's id; empty while none was found. */
  node: string;
  /** Whether the Swarm wants it to run. */
  wanted: boolean;
  /** `running`, `preparing`, `pending`, `failed`, … */
  state: string;
  /** Why it is so, for people. */
  reason: string;
  container: string;
  exitCode: number;
  /** IP addresses in the network of boxes. */
  addresses: string[];
}

/** All tasks of a service that the Swarm remembers, newest first. @throws Error where there is no such service. */
export async function serviceTasks(service: string, manager: DockerClient): Promise<SwarmTask[]> {
  const ids = await manager.lines(["service", "ps", "--quiet", "--no-trunc", service]);
  if (ids.length === 0) return [];
  // One that has just been forgotten makes the answer of the others no worse.
  const { stdout } = await manager.ask(["inspect", "--type", "task", ...ids]);
  return parseTasks(stdout);
}

/** The answer to `docker inspect --type task`, newest first. */
export function parseTasks(json: string): SwarmTask[] {
  return z
    .array(taskSchema)
    .parse(JSON.parse(json))
    .map(({ ID, CreatedAt, Slot, NodeID, DesiredState, Status, NetworksAttachments }) => ({
      id: ID,
      created: CreatedAt,
      slot: Slot,
      node: NodeID,
      wanted: DesiredState === "running" || DesiredState === "ready",
      state: Status.State,
      reason: Status.Err || Status.Message,
      container: Status.ContainerStatus?.ContainerID ?? "",
      exitCode: Status.ContainerStatus?.ExitCode ?? 0,
      addresses: (NetworksAttachments ?? []).flatMap(({ Addresses }) =>
        (Addresses ?? []).map((address) => address.replace(/\/\d+$/, "")),
      ),
    }))
    .sort((a, b) => (a.created < b.created ? 1 : a.created > b.created ? -1 : 0));
}

/** The newest task of a box that the Swarm wants to run; undefined: none. */
function taskOf(tasks: readonly SwarmTask[], slot: number): SwarmTask | undefined {
  return tasks.find((task) => task.slot === slot && task.wanted);
}

/** A box of a service: its number, and the task that runs it; undefined: there is none. */
export interface SwarmBox {
  slot: number;
  task: SwarmTask | undefined;
}

/** The boxes of a service that is to have so many. Their numbers have gaps where it had more. */
export function boxesOf(tasks: readonly SwarmTask[], boxes: number): SwarmBox[] {
  const wanted = new Set(tasks.filter((task) => task.wanted).map(({ slot }) => slot));
  for (let slot = 1; wanted.size < boxes; slot++) wanted.add(slot);
  return [...wanted].sort((a, b) => a - b).map((slot) => ({ slot, task: taskOf(tasks, slot) }));
}
