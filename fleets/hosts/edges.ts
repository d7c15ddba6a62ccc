import { lookup } from "node:dns/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { edgesBehind } from "../edge/behind.ts";
import { EdgeRuntime } from "../edge/EdgeRuntime.ts";
import type { ServerState } from "../edge/serverStates.ts";
import { serverName, type FleetHost } from "../../plan/host.ts";
import type { RunningRequest } from "./request.ts";

const lookEveryMilliseconds = 250;

/** The server of one application on one host, as one edge sees it. */
interface EdgeServer extends ServerState {
  edge: string;
}

/** What all edges say of a fleet's applications, newest edge first. */
async function servers({ door, applications }: RunningRequest): Promise<EdgeServer[]> {
  const edges = await edgesBehind(door);
  const told = await Promise.all(
    edges.map(async (edge) => (await new EdgeRuntime(edge).servers()).map((server) => ({ ...server, edge }))),
  );
  return told.flat().filter(({ backend }) => applications.some(({ name }) => name === backend));
}

/**
 * Makes a host known to the edges that do not know it: one that is being swapped takes requests to its end, when the boxes that
 * hosts take over from may already be gone.
 */
export async function introduce(request: RunningRequest, host: FleetHost): Promise<void> {
  const known = await servers(request);
  const edges = await edgesBehind(request.door);
  for (const edge of edges)
    for (const { name, port } of request.applications) {
      const server = serverName(host.name);
      if (known.some((each) => each.edge === edge && each.backend === name && each.name === server)) continue;
      const { address } = await lookup(host.address, { family: 4 });
      // An edge without that application sends no requests for it.
      await new EdgeRuntime(edge).addServer(`${name}/${server}`, `${address}:${port}`);
    }
}

/** The applications that nothing but this host serves now. */
export async function onlyServedBy(request: RunningRequest, host: string): Promise<string[]> {
  const all = await servers(request);
  const served = (name: string, own: boolean) =>
    all.some(
      (server) => server.backend === name && server.healthy && (server.name === serverName(host)) === own,
    );
  return request.applications
    .map(({ name }) => name)
    .filter((name) => served(name, true) && !served(name, false));
}

/** Has the edges send requests to a host, or (`drain`) nothing more, while they go on checking it. */
export async function setState(
  request: RunningRequest,
  host: string,
  state: "drain" | "ready",
): Promise<void> {
  const own = (await servers(request)).filter(({ name }) => name === serverName(host));
  for (const { edge, backend, name } of own) {
    const answer = await new EdgeRuntime(edge).ask("set", "server", `${backend}/${name}`, "state", state);
    if (answer.trim() !== "") throw new Error(`edge: expected to set ${name} ${state}, got ${answer}`);
  }
}

/** Waits until a host has no request in flight; false when it still has some at the end of the time. */
export async function isQuiet(request: RunningRequest, host: string): Promise<boolean> {
  const end = Date.now() + request.drainSeconds * 1000;
  for (;;) {
    const own = (await servers(request)).filter(({ name }) => name === serverName(host));
    if (own.every(({ sessions }) => sessions === 0)) return true;
    if (Date.now() > end) return false;
    await sleep(lookEveryMilliseconds);
  }
}

/** What the checks of the newest edge say of a host: undefined when every application has passed, else why not. */
export async function checkFault(request: RunningRequest, host: string): Promise<string | undefined> {
  const own = (await servers(request)).filter(({ name }) => name === serverName(host));
  const faults = request.applications.flatMap(({ name }) => {
    const server = own.find(({ backend }) => backend === name);
    if (!server) return [`${name}: not yet known to the edge`];
    return server.checked ? [] : [`${name}: ${server.detail}`];
  });
  return faults.length === 0 ? undefined : faults.join("; ");
}
