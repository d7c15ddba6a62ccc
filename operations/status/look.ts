import { configurationIn } from "../../config/read/readFiles.ts";
import { projectRoot } from "../../config/root.ts";
import { withEngine } from "../../engine/connection.ts";
import type { DockerClient } from "../../engine/DockerClient.ts";
import { doorFolder } from "../../fleets/edge/doorFolder.ts";
import { EdgeRuntime } from "../../fleets/edge/EdgeRuntime.ts";
import { maintenanceMap } from "../../fleets/edge/maintenance.ts";
import { readEnvironments } from "../cloud/environments.ts";
import { readInstances, readTargets } from "../cloud/instances.ts";
import { inspectContainers } from "../../engine/containers.ts";
import { askEdge } from "../../fleets/edge/edgeServers.ts";
import { describeFrozen, frozenBySomebody } from "../freeze/frozen.ts";
import { projectName } from "../stack/projectName.ts";
import { wantedEnvironments } from "../state/beanstalk.ts";
import { wantedBoxes, type WantedBox } from "../state/box.ts";
import { boxesByEngine } from "../state/engines.ts";
import { runningFleets } from "../state/fleet.ts";
import { wantedHostFleets } from "../state/host.ts";
import { wantedGroups } from "../state/instance.ts";
import { readState } from "../state/read.ts";
import { readReleases, runningReleases } from "../state/releases.ts";
import { outputsOf, releaseIn, type StateResource } from "../state/resource.ts";
import { readSwaps } from "../swap/record.ts";
import { environmentRow, instanceRows } from "./cloudRows.ts";
import { hostRows } from "./hostRows.ts";
import { swarmRows } from "./swarmRows.ts";
import { agedBases } from "../age/bases.ts";
import { agedCertificates, describeCertificate } from "../age/certificates.ts";
import { lookAtCertificates, type CertificateStatus } from "./certificates.ts";
import { noteOf } from "../maintenance/text.ts";
import { statusNotes } from "./notes.ts";
import { lookAtSchedules, type ScheduleStatus } from "./schedules.ts";
import { statusOf, type Seen, type StatusReport, type StatusRow } from "./report.ts";

/** Reads a stack's state once; each call of what is returned says how its boxes are at that time. */
export async function lookAtStack(stack: string): Promise<() => Promise<StatusReport>> {
  const resources = await readState(stack);
  const url = outputsOf(resources)["url"];
  const images = runningFleets(resources).flatMap(({ kind, image }) => (kind === "hosts" ? [] : [image]));
  const releases = runningReleases(readReleases(projectRoot), images);
  const [lastSwap] = readSwaps(projectRoot, stack);
  const environment = configurationIn(projectRoot, stack)?.environment;
  const aged = agedBases(releaseIn(resources), new Date());
  // Those of an authority are renewed by themselves, some of them after days.
  const hosts = environment?.edge?.tls?.acme ? [] : Object.values(environment?.hosts ?? {}).flat();
  const aging = await agedCertificates(url, hosts, new Date());
  const places = boxesByEngine(resources, wantedBoxes(resources));
  const report = (wanted: readonly WantedBox[], seen: Seen, others?: readonly StatusRow[]) =>
    statusOf(stack, typeof url === "string" ? url : undefined, releases, wanted, seen, others);
  return async () => {
    const now = new Date();
    const reports: StatusReport[] = [];
    const [schedules, certificates]: [ScheduleStatus[], CertificateStatus[]] = [[], []];
    // The edge that hosts are behind is on this machine's engine.
    let servers: Seen["servers"];
    const seenByEdges: NonNullable<Seen["servers"]>[] = [];
    const maintained = new Set<string>();
    for (const { engine, boxes } of places) {
      const seen = await withEngine(engine, async (client) => {
        schedules.push(...(await lookAtSchedules(boxes, client)));
        certificates.push(...(await lookAtCertificates(boxes, client)));
        for (const name of await underMaintenance(boxes, client)) maintained.add(name);
        return lookAtBoxes(boxes, now, client);
      });
      if (!engine) servers = seen.servers;
      if (seen.servers) seenByEdges.push(seen.servers);
      reports.push(report(boxes, seen));
    }
    const others = [
      ...hostRows(wantedHostFleets(resources), servers, now),
      ...(await swarmRows(resources, seenByEdges.length > 0 ? seenByEdges.flat() : undefined, now)),
      ...(await cloudRows(stack, resources, now)),
    ];
    const last = report([], { containers: [], servers, now }, others);
    const boxes = [...reports, last].flatMap((each) => each.boxes);
    const well = [...reports, last].every((each) => each.well);
    const frozen = frozenBySomebody(stack);
    const notes = [
      ...(frozen ? [describeFrozen(stack, frozen)] : []),
      ...aging.map((each) => describeCertificate(each, now)),
      ...[...maintained].map(noteOf),
      ...statusNotes(aged, boxes, environment?.maximumBoxAgeDays),
    ];
    return {
      ...{ ...last, boxes, well },
      ...(lastSwap && { lastSwap }),
      ...someOf({ schedules, certificates, notes }),
    };
  };
}

/** Those of some lists that are not empty. */
function someOf(lists: Pick<StatusReport, "schedules" | "certificates" | "notes">) {
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)) as typeof lists;
}

async function lookAtBoxes(wanted: readonly WantedBox[], now: Date, engine: DockerClient): Promise<Seen> {
  const edge = wanted.find(({ kind }) => kind === "edge");
  const [containers, servers] = await Promise.all([
    inspectContainers(
      wanted.map(({ id }) => id),
      engine,
    ),
    edge ? askEdge(new EdgeRuntime(edge.id, engine)) : undefined,
  ]);
  return { containers, servers, now };
}

/** The applications for which the edge has a page. */
async function underMaintenance(boxes: readonly WantedBox[], engine: DockerClient): Promise<string[]> {
  const edge = boxes.find(({ kind }) => kind === "edge");
  // Most edges cannot have any, and are not asked.
  if (!edge?.environment["EDGE_CONFIGURATION"]?.includes(maintenanceMap(doorFolder))) return [];
  const known = await new EdgeRuntime(edge.id, engine).maintenance().catch(() => undefined);
  return [...(known?.keys() ?? [])].sort();
}

/** What runs of a stack at AWS. */
async function cloudRows(
  stack: string,
  resources: readonly StateResource[],
  now: Date,
): Promise<StatusRow[]> {
  const groups = wantedGroups(resources);
  const instances = await Promise.all(
    groups.map(async (group) => {
      const { region, targetGroups } = group;
      const [boxes, targets] = await Promise.all([
        readInstances(region, `${projectName}/${stack}`),
        readTargets(region, targetGroups),
      ]);
      return instanceRows(group, boxes, targets, now);
    }),
  );
  const fleets = runningFleets(resources);
  const environments = await Promise.all(
    wantedEnvironments(resources).map(async (wanted) => {
      const [facts] = await readEnvironments(wanted.region, [wanted.environment]);
      return environmentRow(wanted, facts, fleets.find(({ name }) => name === wanted.fleet)?.image, now);
    }),
  );
  return [...instances.flat(), ...environments];
}
