import { json } from "node:stream/consumers";
import { withEngine } from "../../engine/connection.ts";
import type { DockerClient } from "../../engine/DockerClient.ts";
import { messageOf } from "../../work/message.ts";
import { EdgeRuntime } from "../edge/EdgeRuntime.ts";
import { becomeWellBy } from "../gate/becomeWell.ts";
import { passedBefore, passedNow } from "../gate/restarts.ts";
import type { ServiceGateRequest } from "./request.ts";
import { replicasOf, scaleTo } from "./scale.ts";
import { boxStates } from "./states.ts";
import { serviceTasks } from "./tasks.ts";

const shownLogLines = "20";

// Waits until all boxes of a service are healthy and stay so, for every edge: a ServiceGateRequest as JSON on standard input. A new
// service whose boxes are not has none any more. Prints which tasks have passed, and is given that by its next run. Run by the command
// resource of the gate.
try {
  const request = (await json(process.stdin)) as ServiceGateRequest;
  const passed = passedBefore(process.env["PULUMI_COMMAND_STDOUT"]);
  const engines = [request.manager, ...request.edges.map(({ engine }) => engine)];
  await withEngines(engines, ([manager, ...edges]) =>
    manager ? pass(request, passed, manager, edges) : Promise.resolve(),
  );
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}

async function pass(
  request: ServiceGateRequest,
  passed: ReadonlySet<string>,
  manager: DockerClient,
  engines: readonly DockerClient[],
): Promise<void> {
  const { service, boxes } = request;
  // It is made with one, and a gate that was not passed has left it without any.
  if ((await replicasOf(service, manager)) !== boxes) await scaleTo(service, boxes, manager);
  const edges = engines.map(
    (engine, index) => new EdgeRuntime(request.edges[index]?.container ?? "", engine),
  );
  const look = async () => {
    const [tasks, ...servers] = await Promise.all([
      serviceTasks(service, manager),
      ...edges.map((edge) => edge.servers()),
    ]);
    return boxStates(request, tasks, servers, passed);
  };
  const logOf = async ({ name }: { name: string }) => {
    const slot = Number(name.split("-").at(-1));
    const tasks = await serviceTasks(service, manager);
    const task = tasks.find((each) => each.slot === slot && each.container !== "");
    if (!task) return "";
    return (await manager.ask(["service", "logs", "--raw", "--tail", shownLogLines, task.id])).all;
  };
  try {
    await becomeWellBy(request, look, logOf);
  } catch (error) {
    const tasks = await serviceTasks(service, manager);
    // Boxes that have passed before go on serving.
    if (!tasks.some(({ id }) => passed.has(id))) await scaleTo(service, 0, manager);
    throw error;
  }
  const tasks = await serviceTasks(service, manager);
  process.stdout.write(passedNow(Object.fromEntries(tasks.map(({ id }) => [id, id]))));
}

/** Runs work that is given the clients of several engines. */
function withEngines<T>(
  [engine, ...others]: readonly ServiceGateRequest["manager"][],
  work: (clients: DockerClient[]) => Promise<T>,
): Promise<T> {
  return withEngine(engine, (client) =>
    others.length === 0 ? work([client]) : withEngines(others, (clients) => work([client, ...clients])),
  );
}
