import { setTimeout as sleep } from "node:timers/promises";
import { inspectContainers } from "../../engine/containers.ts";
import type { DockerClient } from "../../engine/DockerClient.ts";
import { messageOf } from "../../work/message.ts";
import type { EdgeRuntime } from "../edge/EdgeRuntime.ts";
import { serversAt, type ServerState } from "../edge/serverStates.ts";
import type { LeaveRequest } from "./request.ts";

const lookEveryMilliseconds = 200;

/** By what a box leaves. */
export interface LeaveRun {
  engine: Pick<DockerClient, "ask" | "lines" | "run">;
  /** The runtime API of an edge, by its container's id. */
  edgeOf: (id: string) => Pick<EdgeRuntime, "servers" | "drain" | "admit">;
  /** What happens, for people. */
  say: (line: string) => void;
  /** Gives it up: the box stays, and gets requests again. */
  signal: AbortSignal;
}

/** An edge, and the servers that the box is there: `catalog/catalog-3`. */
interface Left {
  edge: ReturnType<LeaveRun["edgeOf"]>;
  servers: string[];
}

/**
 * Takes a box out of every edge of its stack, waits until no exchange is under way on it (`drainSeconds` at most), and stops it; its places
 * in the edges are free again then. Of one that is gone, only the places are set free. An edge that does not answer sends nothing either.
 * @throws Error when the engine does not stop it, or when it is interrupted.
 */
export async function leave(request: LeaveRequest, run: LeaveRun): Promise<void> {
  const { engine, signal } = run;
  const [facts] = await inspectContainers([request.box], engine as DockerClient);
  if (!facts?.State.Running) return freePlaces(request, run);
  const addresses = Object.values(facts.NetworkSettings.Networks).map(({ IPAddress }) => IPAddress);
  const edges = await runningEdges(request, run);
  const left = (await Promise.all(edges.map((id) => takenOut(id, addresses, run)))).flat();
  let isGone = false;
  try {
    await idle(request, left, run);
    if (signal.aborted) throw new Error("expected its end, got an interruption; run up again");
    await engine.run(["stop", "--time", String(request.drainSeconds), request.box]);
    isGone = true;
  } finally {
    // A place is not the box's alone: the one that has it next is to be asked.
    await Promise.all(left.map(({ edge, servers }) => edge.admit(servers, isGone).catch(() => undefined)));
  }
}

function runningEdges({ edge, stack }: LeaveRequest, { engine }: LeaveRun): Promise<string[]> {
  const labels = [`immutable-fleets.box=${edge}`, `immutable-fleets.stack=${stack}`];
  const filters = [...labels.map((label) => `label=${label}`), "status=running"];
  return engine.lines(["ps", "--quiet", "--no-trunc", ...filters.flatMap((each) => ["--filter", each])]);
}

/** Whoever took out a box that has ended since may have been killed before its places were free; places without an address are nobody's. */
async function freePlaces(request: LeaveRequest, run: LeaveRun): Promise<void> {
  for (const id of await runningEdges(request, run)) {
    const edge = run.edgeOf(id);
    const servers = await edge.servers().catch(() => []);
    await edge.admit(servers.filter(({ address }) => address === "").map(placeOf)).catch(() => undefined);
  }
}

/** `catalog/catalog-3`. */
function placeOf({ backend, name }: ServerState): string {
  return `${backend}/${name}`;
}

/** Has an edge send nothing more to these addresses. @returns what it had there; nothing where it does not answer. */
async function takenOut(id: string, addresses: readonly string[], run: LeaveRun): Promise<Left[]> {
  const edge = run.edgeOf(id);
  try {
    const servers = serversAt(await edge.servers(), addresses).map(placeOf);
    await edge.drain(servers);
    return [{ edge, servers }];
  } catch (error) {
    run.say(`an edge is not asked: ${messageOf(error)}`);
    return [];
  }
}

/** Waits until the edges have nothing under way on the servers that were taken out. */
async function idle({ drainSeconds }: LeaveRequest, left: readonly Left[], run: LeaveRun): Promise<void> {
  const deadline = Date.now() + drainSeconds * 1000;
  for (;;) {
    const open = (await Promise.all(left.map(exchanges))).reduce((sum, each) => sum + each, 0);
    if (open === 0 || run.signal.aborted) return;
    if (Date.now() >= deadline) {
      run.say(`${open} exchanges are still under way after ${drainSeconds} s; it is told to stop`);
      return;
    }
    await sleep(lookEveryMilliseconds);
  }
}

async function exchanges({ edge, servers }: Left): Promise<number> {
  const states = servers.length === 0 ? [] : await edge.servers().catch(() => []);
  return states
    .filter((state) => servers.includes(placeOf(state)))
    .reduce((sum, { sessions }) => sum + sessions, 0);
}
