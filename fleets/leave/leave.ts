import { setTimeout as sleep } from "node:timers/promises";
import { inspectContainers } from "../../engine/containers.ts";
import type { DockerClient } from "../../engine/DockerClient.ts";
import { messageOf } from "../../work/message.ts";
import { uncheckedBackend } from "../edge/configuration.ts";
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
  /** The edge's container. */
  id: string;
  edge: ReturnType<LeaveRun["edgeOf"]>;
  servers: string[];
  /** Whether it has another box for all that this one serves there; else it sends to this one still. */
  isDrained: boolean;
}

/**
 * Takes a box out of every edge of its stack, waits until no exchange is under way on it (`drainSeconds` at most), and stops it; its places
 * in the edges are free again then. Of one that is gone, only the places are set free. An edge that does not answer sends nothing either. An edge without
 * another box for what this one serves keeps it, until it has ended itself (`drainSeconds` at most); the newest edge, which stays, is not waited for.
 * @throws Error when the engine does not stop it, or when it is interrupted.
 */
export async function leave(request: LeaveRequest, run: LeaveRun): Promise<void> {
  const { engine, signal } = run;
  const [facts] = await inspectContainers([request.box], engine as DockerClient);
  if (!facts?.State.Running) return freePlaces(request, run);
  const addresses = Object.values(facts.NetworkSettings.Networks).map(({ IPAddress }) => IPAddress);
  const edges = await runningEdges(request, run);
  const left = (await Promise.all(edges.map((id) => takenOut(id, addresses, run)))).flat();
  const drained = left.filter(({ isDrained }) => isDrained);
  let isGone = false;
  try {
    const going = left.slice(1).filter(({ isDrained }) => !isDrained);
    await ended(
      request,
      going.map(({ id }) => id),
      run,
    );
    await idle(request, drained, run);
    if (signal.aborted) throw new Error("expected its end, got an interruption; run up again");
    await engine.run(["stop", "--time", String(request.drainSeconds), request.box]);
    isGone = true;
  } finally {
    // A place is not the box's alone: the one that has it next is to be asked.
    await Promise.all(drained.map(({ edge, servers }) => edge.admit(servers, isGone).catch(() => undefined)));
  }
}

/** The newest first. */
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

/** Has an edge send nothing more to these addresses, where it has others. @returns what it had there; nothing where it does not answer. */
async function takenOut(id: string, addresses: readonly string[], run: LeaveRun): Promise<Left[]> {
  const edge = run.edgeOf(id);
  try {
    const states = await edge.servers();
    const servers = serversAt(states, addresses).map(placeOf);
    // Edges of other clones know other boxes.
    if (servers.length === 0) return [];
    if (!hasOthers(servers, states)) return [{ id, edge, servers, isDrained: false }];
    await edge.drain(servers);
    // The others may have been drained at the same time, all of them.
    const isDrained = hasOthers(servers, await edge.servers());
    if (!isDrained) await edge.admit(servers);
    return [{ id, edge, servers, isDrained }];
  } catch (error) {
    run.say(`an edge is not asked: ${messageOf(error)}`);
    return [];
  }
}

/** Whether an edge has another healthy server in each backend that some are in. */
function hasOthers(servers: readonly string[], states: readonly ServerState[]): boolean {
  const others = states.filter((each) => isServing(each) && !servers.includes(placeOf(each)));
  const backends = servers.map((each) => each.split("/")[0] ?? "");
  // Of the servers of the others nothing is checked.
  return backends
    .filter((backend) => !backend.startsWith(uncheckedBackend))
    .every((backend) => others.some((each) => each.backend === backend));
}

/** Waits until some edges have ended, which are told to in the same update. */
async function ended(request: LeaveRequest, edges: readonly string[], run: LeaveRun): Promise<void> {
  const deadline = Date.now() + request.drainSeconds * 1000;
  while (edges.length > 0 && !run.signal.aborted && Date.now() < deadline) {
    const running = await runningEdges(request, run);
    if (!edges.some((id) => running.includes(id))) return;
    await sleep(lookEveryMilliseconds);
  }
}

function isServing({ healthy, address }: ServerState): boolean {
  return healthy && address !== "";
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
