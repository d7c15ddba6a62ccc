import { edgePorts } from "../../../plan/glue/edgePorts.ts";
import { accessoriesOf } from "./accessories.ts";
import { applicationsOf } from "./applications.ts";
import { edgeOf } from "./edge.ts";
import type { ForeignService } from "./ForeignService.ts";
import { judged } from "./judge.ts";
import type { Judged } from "./Judged.ts";
import { namesOf } from "./names.ts";
import { originsOf } from "./origins.ts";
import type { Peer } from "./Peers.ts";
import { placementOf } from "./placement.ts";
import { ProposedSecrets, type KnownValues } from "./ProposedSecrets.ts";
import type { ServicesProposal } from "./ServicesProposal.ts";
import { tasksOf } from "./tasks.ts";
import type { collected } from "./told.ts";

/**
 * What services of another tool's file would become.
 * @param told what was said of the file before; all that is said here is added to it.
 */
export function planServices(
  services: readonly ForeignService[],
  told: ReturnType<typeof collected>,
  known: KnownValues,
): ServicesProposal {
  const { say, lines } = told;
  const all = judged(services, say);
  const names = namesOf(all);
  const peers = peersOf(all, names);
  const secrets = new ProposedSecrets(known);
  const context = { all, names, peers, secrets, origins: originsOf(all, names, say), say };
  const tasks = tasksOf(all, say);
  const accessories = accessoriesOf(context);
  const applications = applicationsOf({ ...context, tasks });
  const edge = edgeOf(all, names, applications.topology, say);
  const fleets = Object.keys(applications.topology);
  const logs = commonLogs(services);
  if (!logs) sayLogs(services, say);
  return {
    topology: {
      layers: edge.layers,
      applications: applications.topology,
      accessories: accessories.topology,
      fleets: Object.fromEntries(fleets.map((name) => [name, { applications: [name] }])),
    },
    environment: {
      ...edge.environment,
      ...(logs && { logs }),
      ...filled("accessories", accessories.environment),
      ...filled("applications", applications.environment),
      fleets: Object.fromEntries(
        all.flatMap((each) => {
          const name = names.get(each.service.name);
          return name === undefined || !fleets.includes(name) ? [] : [[name, placementOf(each.service, say)]];
        }),
      ),
    },
    secrets: secrets.all,
    parts: all.map((each) => ({ service: each.service.name, becomes: becomes(each, names) })),
    lines,
  };
}

function filled<K extends string, T>(key: K, map: Record<string, T>): Partial<Record<K, Record<string, T>>> {
  return Object.keys(map).length === 0 ? {} : ({ [key]: map } as Record<K, Record<string, T>>);
}

function peersOf(all: readonly Judged[], names: ReadonlyMap<string, string>): Peer[] {
  const nameOf = ({ service }: Judged) => names.get(service.name) ?? "";
  const served = all.flatMap((each) =>
    each.kind === "served" ? [[nameOf(each), { port: each.port.port }] as const] : [],
  );
  const ofEdge = edgePorts({ applications: Object.fromEntries(served) });
  return all.flatMap((each): Peer[] => {
    const { kind, service } = each;
    const name = nameOf(each);
    if (name === "" || kind === "task" || kind === "left") return [];
    const port = kind === "served" ? each.port.port : kind === "accessory" ? each.port : undefined;
    const edgePort = kind === "served" ? ofEdge.get(name) : undefined;
    return [
      {
        ...{ names: [service.name, ...service.aliases], name, kind },
        ...(port !== undefined && { port }),
        ...(edgePort !== undefined && { edgePort }),
      },
    ];
  });
}

/** How all of them keep what they print, where they agree. */
function commonLogs(services: readonly ForeignService[]): ForeignService["logs"] {
  const all = new Set(services.map(({ logs }) => JSON.stringify(logs ?? null)));
  return all.size === 1 ? services[0]?.logs : undefined;
}

function sayLogs(services: readonly ForeignService[], say: ReturnType<typeof collected>["say"]): void {
  for (const { path } of services.filter(({ logs }) => logs))
    say(
      "left",
      `${path}.logging`,
      "all boxes keep what they print alike; see environment.logs in docs/configuration.md",
    );
}

function becomes(each: Judged, names: ReadonlyMap<string, string>): string {
  const name = names.get(each.service.name) ?? "";
  if (each.kind === "left") return "is left out";
  if (each.kind === "accessory") return `the accessory ${name}`;
  if (each.kind === "worker") return `the worker ${name}, in a fleet of its own`;
  if (each.kind === "served") return `the application ${name}, in a fleet of its own`;
  const when = each.isBefore ? "before its swaps" : "by hand";
  return `a task of ${names.get(each.of) ?? each.of}, run ${when}`;
}
