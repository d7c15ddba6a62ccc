import { inspectContainers, type ContainerFacts } from "../../engine/containers.ts";
import type { DockerClient } from "../../engine/DockerClient.ts";
import { labels } from "../../engine/labels.ts";
import { systemdPath } from "../box/systemd.ts";
import { EdgeRuntime } from "../edge/EdgeRuntime.ts";
import { edgeCheck } from "./edgeCheck.ts";
import type { GateRequest } from "./request.ts";
import type { ServerState } from "../edge/serverStates.ts";
import type { BoxState } from "./verdict.ts";

/**
 * One look at every box: what the engine says of it, and what the edge's checks say. Restarts are those of its whole life.
 * @param passed container ids of the boxes that have passed this gate before.
 */
export async function lookAtBoxes(
  request: GateRequest,
  passed: ReadonlySet<string>,
  engine: DockerClient,
): Promise<BoxState[]> {
  const ids = Object.values(request.boxes);
  const facts = await inspectContainers(ids, engine);
  const servers = request.edge === undefined ? [] : await new EdgeRuntime(request.edge, engine).servers();
  return Promise.all(
    Object.entries(request.boxes).map(async ([name, id]) => {
      const fact = facts.find(({ Id }) => Id === id);
      if (!fact)
        throw new Error(
          `box ${name}: expected container ${id}, got none; run "npm run refresh" and up again`,
        );
      const { State, RestartCount } = fact;
      const running = State.Running && !State.Restarting;
      const checks = [
        ...(request.edge === undefined ? [] : edgeChecks(request, fact, servers)),
        ...imageCheck(fact),
        ...(await ownCheck(request, id, running, engine)),
        ...(takesNoRequests(request) && running ? await servicesCheck(fact, engine) : []),
      ];
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
  return request.applications.map((application) => edgeCheck(application, addresses, servers));
}

/** What the engine says of the health check that an image brings along. */
export function imageCheck({ State: { Health } }: Pick<ContainerFacts, "State">): BoxState["checks"] {
  if (!Health || Health.Status === "none") return [];
  const said = Health.Log?.at(-1)?.Output.trim().split("\n").at(-1) ?? "";
  const detail = [Health.Status, said].filter((part) => part !== "").join(": ");
  return [{ application: "its image's health check", healthy: Health.Status === "healthy", detail }];
}

/** What says nothing of itself, neither by requests nor by a command. */
function takesNoRequests({ applications, ready }: GateRequest): boolean {
  return applications.length === 0 && ready === undefined;
}

/**
 * Whether none of the services that its image enables has failed, in a box of which systemd is the first process and goes on whatever
 * becomes of them.
 */
export async function servicesCheck(
  { Id, Path, Config }: Pick<ContainerFacts, "Id" | "Path" | "Config">,
  engine: Pick<DockerClient, "exec">,
): Promise<BoxState["checks"]> {
  const stated = Config.Labels?.[labels.services];
  if (Path !== systemdPath || stated === undefined) return [];
  const units = (JSON.parse(stated) as { unit: string }[]).map(({ unit }) => unit);
  if (units.length === 0) return [];
  const { stdout } = await engine.exec(Id, ["systemctl", "is-failed", ...units]);
  const states = stdout.trim().split("\n");
  const failed = units.filter((_, index) => states[index] === "failed");
  const detail = failed.length > 0 ? `failed: ${failed.join(", ")}` : "";
  return [
    { application: "its services", healthy: states.length === units.length && failed.length === 0, detail },
  ];
}

async function ownCheck(
  { ready }: GateRequest,
  id: string,
  running: boolean,
  engine: DockerClient,
): Promise<BoxState["checks"]> {
  if (!ready || !running) return [];
  const result = await engine.exec(id, ready);
  const lines = result.all.trim().split("\n");
  return [{ application: "ready", healthy: result.exitCode === 0, detail: lines.at(-1) ?? "" }];
}
