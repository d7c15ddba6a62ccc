import { withEngine } from "../../engine/connection.ts";
import type { DockerClient } from "../../engine/DockerClient.ts";
import type { EdgeServer } from "../../fleets/edge/edgeServers.ts";
import { boxesOf, serviceTasks, type SwarmTask } from "../../fleets/swarm/tasks.ts";
import { byEngine } from "../state/engines.ts";
import type { StateResource } from "../state/resource.ts";
import { wantedServices, type WantedService } from "../state/service.ts";
import { ageSeconds, healthBy, type StatusRow } from "./report.ts";

/** The boxes of a stack's services on a Swarm. `servers`: what all of its edges say; undefined where none answered. */
export async function swarmRows(
  resources: readonly StateResource[],
  servers: readonly EdgeServer[] | undefined,
  now: Date,
): Promise<StatusRow[]> {
  const rows: StatusRow[] = [];
  for (const [engine, services] of byEngine(resources, wantedServices(resources)))
    await withEngine(engine, async (manager) => {
      const machines = await machinesOf(manager);
      for (const service of services) {
        const tasks = await serviceTasks(service.id, manager).catch(() => []);
        rows.push(...serviceRows(service, tasks, machines, servers, now));
      }
    });
  return rows;
}

/** Names of the machines by their ids. */
async function machinesOf(manager: DockerClient): Promise<Map<string, string>> {
  const { stdout } = await manager.ask(["node", "ls", "--format", "{{.ID}} {{.Hostname}}"]);
  return new Map(
    stdout.split("\n").map((line): [string, string] => [line.split(" ")[0] ?? "", line.split(" ")[1] ?? ""]),
  );
}

/** The boxes of one service, those that are missing among them. */
export function serviceRows(
  { fleet, boxes, image }: WantedService,
  tasks: readonly SwarmTask[],
  machines: ReadonlyMap<string, string>,
  servers: readonly EdgeServer[] | undefined,
  now: Date,
): StatusRow[] {
  return boxesOf(tasks, boxes).map(({ slot, task }): StatusRow => {
    const before = tasks.filter((each) => each.slot === slot && each.state === "failed").length;
    const known = { group: fleet, kind: "service", restarts: before } as const;
    const name = `${fleet}-${slot}`;
    if (!task) {
      const nothing = { box: name, id: "", state: "missing", health: "unhealthy", detail: "" } as const;
      return { status: { ...known, ...nothing }, requests: 0 };
    }
    const own = (servers ?? []).filter(({ address }) =>
      task.addresses.some((ip) => address.startsWith(`${ip}:`)),
    );
    const { health, detail } = healthBy(servers && own);
    const machine = machines.get(task.node);
    return {
      status: {
        ...{ ...known, box: machine === undefined ? name : `${name}@${machine}`, id: task.container },
        ...{ image, state: task.state, health, ageSeconds: ageSeconds(new Date(task.created), now) },
        detail: task.state === "running" ? detail : task.reason,
      },
      requests: own.reduce((sum, { requests }) => sum + requests, 0),
    };
  });
}
