import { execa } from "execa";
import type { GateRequest } from "./request.ts";
import { parseServerStates, type ServerState } from "./serverStates.ts";
import type { BoxState } from "./verdict.ts";

interface ContainerFacts {
  Id: string;
  RestartCount: number;
  State: { Running: boolean; Restarting: boolean; ExitCode: number };
  NetworkSettings: { Networks: Record<string, { IPAddress: string }> };
}

/**
 * One look at every box: what the engine says of it, and what the edge's checks say. Restarts are those of its whole life.
 * @param passed container ids of the boxes that have passed this gate before.
 */
export async function lookAtBoxes(request: GateRequest, passed: ReadonlySet<string>): Promise<BoxState[]> {
  const ids = Object.values(request.boxes);
  const { stdout } = await execa("docker", ["inspect", ...ids]);
  const facts = JSON.parse(stdout) as ContainerFacts[];
  const servers = request.edge === undefined ? [] : await askEdge(request.edge);
  return Promise.all(
    Object.entries(request.boxes).map(async ([name, id]) => {
      const fact = facts.find(({ Id }) => Id === id);
      if (!fact)
        throw new Error(
          `box ${name}: expected container ${id}, got none; run "npm run refresh" and up again`,
        );
      const { State, RestartCount } = fact;
      const running = State.Running && !State.Restarting;
      const checks =
        request.edge === undefined
          ? await ownCheck(request, id, running)
          : edgeChecks(request, fact, servers);
      const isNew = !passed.has(id);
      return { name, isNew, running, restarts: RestartCount, exitCode: State.ExitCode, checks };
    }),
  );
}

function edgeChecks(
  request: GateRequest,
  fact: ContainerFacts,
  servers: readonly ServerState[],
): BoxState["checks"] {
  const addresses = Object.values(fact.NetworkSettings.Networks).map(({ IPAddress }) => IPAddress);
  return request.applications.map(({ name, port }) => {
    const server = servers.find(
      ({ backend, address }) => backend === name && addresses.some((ip) => address === `${ip}:${port}`),
    );
    return {
      application: name,
      healthy: server?.healthy ?? false,
      detail: server?.detail ?? "not yet seen by the edge",
    };
  });
}

async function askEdge(edge: string): Promise<ServerState[]> {
  const { stdout } = await execa("docker", ["exec", edge, "/usr/local/bin/fleet-edge-state", "show", "stat"]);
  return parseServerStates(stdout);
}

async function ownCheck({ ready }: GateRequest, id: string, running: boolean): Promise<BoxState["checks"]> {
  if (!ready || !running) return [];
  const result = await execa("docker", ["exec", id, ...ready], { reject: false, all: true });
  const lines = result.all.trim().split("\n");
  return [{ application: "ready", healthy: result.exitCode === 0, detail: lines.at(-1) ?? "" }];
}

/** The last lines that a box has printed. */
export async function lastLines(id: string, count: number): Promise<string> {
  const result = await execa("docker", ["logs", "--tail", String(count), id], { reject: false, all: true });
  return result.all;
}
