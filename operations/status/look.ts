import { projectRoot } from "../../config/root.ts";
import { inspectContainers } from "../engine/containers.ts";
import { askEdge } from "../engine/edgeServers.ts";
import { wantedBoxes } from "../state/box.ts";
import { readState } from "../state/read.ts";
import { readReleases, runningReleases } from "../state/releases.ts";
import { outputsOf } from "../state/resource.ts";
import { statusOf, type StatusReport } from "./report.ts";

/** Reads a stack's state once; each call of what is returned says how its boxes are at that time. */
export async function lookAtStack(stack: string): Promise<() => Promise<StatusReport>> {
  const resources = await readState(stack);
  const wanted = wantedBoxes(resources);
  const url = outputsOf(resources)["url"];
  const images = wanted.filter(({ kind }) => kind === "fleet").map(({ image }) => image);
  const releases = runningReleases(readReleases(projectRoot), images);
  const edge = wanted.find(({ kind }) => kind === "edge");
  return async () => {
    const [containers, servers] = await Promise.all([
      inspectContainers(wanted.map(({ id }) => id)),
      edge ? askEdge(edge.id) : undefined,
    ]);
    return statusOf(stack, typeof url === "string" ? url : undefined, releases, wanted, {
      containers,
      servers,
      now: new Date(),
    });
  };
}
