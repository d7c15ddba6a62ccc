import type { ServerState } from "../edge/serverStates.ts";
import { edgeCheck } from "../gate/edgeCheck.ts";
import type { BoxState } from "../gate/verdict.ts";
import { boxesOf, type SwarmTask } from "./tasks.ts";

/** What boxes of a service are judged by. */
export interface ServiceBoxes {
  fleet: string;
  boxes: number;
  /** The applications that answer on each box, with their ports. */
  applications: readonly { name: string; port: number }[];
}

const bad = ["failed", "rejected"];

/**
 * What was seen of each box at one time: what the Swarm says of its tasks, and what each edge's checks say. A box that is not there yet
 * is waited for; one that ended is bad.
 * @param passed ids of the tasks that were there when the gate was passed before.
 */
export function boxStates(
  { fleet, boxes, applications }: ServiceBoxes,
  tasks: readonly SwarmTask[],
  edges: readonly (readonly ServerState[])[],
  passed: ReadonlySet<string>,
): BoxState[] {
  return boxesOf(tasks, boxes).map(({ slot, task }): BoxState => {
    const ended = tasks.filter(
      (each) => each.slot === slot && bad.includes(each.state) && !passed.has(each.id),
    );
    const name = `${fleet}-${slot}`;
    const known = {
      ...{ name, isNew: !task || !passed.has(task.id) },
      ...{ running: ended.length === 0, restarts: ended.length, exitCode: ended[0]?.exitCode ?? 0 },
    };
    const checks = edges.flatMap((servers) =>
      applications.map((application) => edgeCheck(application, task?.addresses ?? [], servers)),
    );
    return { ...known, checks: [taskCheck(task, ended[0]), ...checks] };
  });
}

function taskCheck(task: SwarmTask | undefined, ended: SwarmTask | undefined): BoxState["checks"][number] {
  const told = ended ?? task;
  const detail = told ? [told.state, told.reason].filter((part) => part !== "").join(": ") : "not yet made";
  return { application: "the Swarm", healthy: task?.state === "running", detail };
}
