import { projectRoot } from "../../config/root.ts";
import { onEngine } from "../../fleets/engines/connection.ts";
import { inspectContainers } from "../engine/containers.ts";
import { askEdge } from "../engine/edgeServers.ts";
import { wantedBoxes, type WantedBox } from "../state/box.ts";
import { boxesByEngine } from "../state/engines.ts";
import { readState } from "../state/read.ts";
import { readReleases, runningReleases } from "../state/releases.ts";
import { outputsOf } from "../state/resource.ts";
import { statusOf, type Seen, type StatusReport } from "./report.ts";

/** Reads a stack's state once; each call of what is returned says how its boxes are at that time. */
export async function lookAtStack(stack: string): Promise<() => Promise<StatusReport>> {
  const resources = await readState(stack);
  const wanted = wantedBoxes(resources);
  const url = outputsOf(resources)["url"];
  const images = wanted.filter(({ kind }) => kind === "fleet").map(({ image }) => image);
  const releases = runningReleases(readReleases(projectRoot), images);
  const places = boxesByEngine(resources, wanted);
  return async () => {
    const reports: StatusReport[] = [];
    for (const { engine, boxes } of places) {
      const seen = await onEngine(engine, () => lookAtBoxes(boxes));
      reports.push(statusOf(stack, typeof url === "string" ? url : undefined, releases, boxes, seen));
    }
    const [first = statusOf(stack, undefined, releases, [], await lookAtBoxes([]))] = reports;
    const boxes = reports.flatMap((report) => report.boxes);
    return { ...first, boxes, well: reports.every(({ well }) => well) };
  };
}

async function lookAtBoxes(wanted: readonly WantedBox[]): Promise<Seen> {
  const edge = wanted.find(({ kind }) => kind === "edge");
  const [containers, servers] = await Promise.all([
    inspectContainers(wanted.map(({ id }) => id)),
    edge ? askEdge(edge.id) : undefined,
  ]);
  return { containers, servers, now: new Date() };
}
