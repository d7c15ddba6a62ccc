import { availableParallelism } from "node:os";
import { execa } from "execa";
import pLimit from "p-limit";
import { projectRoot } from "../../config/root.ts";
import type { BuildRequest, BuildResult } from "../../plan/buildRequest.ts";
import { placeBelow } from "./requests.ts";

/**
 * Builds layers as the command resources of a stack do, each after the one below it; what is there already is found.
 * @returns the image ids by place (`base.python.catalog`).
 */
export async function buildLayers(requests: readonly BuildRequest[]): Promise<Map<string, string>> {
  const limit = pLimit(availableParallelism());
  const images = new Map<string, Promise<string>>();
  for (const request of requests) {
    const below = images.get(placeBelow(request.id) ?? "");
    const held = heldImages(request, images);
    const image = Promise.all([below, held]).then(([parent, ids]) =>
      limit(() => buildLayer(request, parent, ids)),
    );
    images.set(request.id, image);
  }
  const built = await Promise.allSettled([...images].map(async ([id, image]) => [id, await image] as const));
  // Those on top of one that failed have failed for the same reason.
  const reasons = new Set(
    built.flatMap((each) => (each.status === "rejected" ? [(each.reason as Error).message] : [])),
  );
  if (reasons.size > 0) throw new Error([...reasons].join("\n"));
  return new Map(built.flatMap((each) => (each.status === "fulfilled" ? [each.value] : [])));
}

/** In a process of its own, as there. */
async function buildLayer(
  request: BuildRequest,
  parent: string | undefined,
  held: Record<string, string> | undefined,
): Promise<string> {
  const result = await execa("node", ["images/layer/main.ts"], {
    cwd: projectRoot,
    input: JSON.stringify(request),
    env: {
      ...(parent !== undefined && { PARENT_IMAGE: parent }),
      ...(held && { HELD_IMAGES: JSON.stringify(held) }),
    },
    stderr: "inherit",
    reject: false,
  });
  if (result.failed) throw new Error(`${request.id}: not built, for the reason above`);
  return (JSON.parse(result.stdout) as BuildResult).image;
}

/** Ids of the images that a layer holds, once they are built; they come before it. */
async function heldImages(
  { heldPlaces }: BuildRequest,
  images: ReadonlyMap<string, Promise<string>>,
): Promise<Record<string, string> | undefined> {
  if (!heldPlaces) return undefined;
  const ids = Object.entries(heldPlaces).map(
    async ([name, place]) => [name, (await images.get(place)) ?? ""] as const,
  );
  return Object.fromEntries(await Promise.all(ids));
}
