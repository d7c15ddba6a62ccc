import { inspectImage } from "../../engine/images.ts";
import { labels } from "../../engine/labels.ts";
import { layerArchives } from "../archive/layerArchives.ts";
import { missingLayers } from "../archive/store.ts";
import type { ChainImage } from "./plan.ts";
import type { DiskRequest } from "./request.ts";

/**
 * What the engine says of the images of a chain; their layers are in the cache afterwards, whoever built them.
 * @throws Error when the engine lacks an image.
 */
export async function chainImages(
  images: DiskRequest["images"],
  say: (text: string) => void,
): Promise<ChainImage[]> {
  const chain = await Promise.all(images.map(({ place, image }) => chainImage(place, image)));
  const top = chain.at(-1);
  const id = images.at(-1)?.image;
  const missing = await missingLayers(top?.layers ?? []);
  if (top && id !== undefined && missing.length > 0) {
    say(`takes ${missing.length} layers of ${top.place} out of the engine`);
    const facts = await inspectImage(id);
    if (facts) await layerArchives(facts);
  }
  return chain;
}

async function chainImage(place: string, image: string): Promise<ChainImage> {
  const facts = await inspectImage(image);
  if (!facts)
    throw new Error(`image ${place}: expected ${image} in the engine, got none; build the images again`);
  const digest = facts.Config.Labels?.[labels.contentDigest];
  if (digest === undefined)
    throw new Error(`image ${place}: expected the label ${labels.contentDigest}, got none; build it again`);
  return { place, digest, layers: facts.RootFS.Layers };
}
