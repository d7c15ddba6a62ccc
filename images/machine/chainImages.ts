import { createHash } from "node:crypto";
import { createReadStream, existsSync, renameSync, rmSync } from "node:fs";
import { createWriteStream } from "node:fs";
import * as path from "node:path";
import { pipeline } from "node:stream/promises";
import { cacheFolder } from "../build/cache.ts";
import { inspectImage, saveImage } from "../build/docker.ts";
import { labels } from "../build/labels.ts";
import { savedLayers } from "../build/savedImage.ts";
import { layerPath } from "../layer/store.ts";
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
  const missing = (top?.layers ?? []).filter((digest) => !existsSync(layerPath(digest)));
  if (top && id !== undefined && missing.length > 0) {
    say(`takes ${missing.length} layers of ${top.place} out of the engine`);
    await takeLayers(id, top.layers);
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

/** Layers that another machine built, and a registry brought: the engine gives back the very archives. */
async function takeLayers(image: string, layers: readonly string[]): Promise<void> {
  const archive = path.join(cacheFolder("work"), `layers-${process.pid}-${Date.now()}.tar`);
  try {
    await saveImage(image, archive);
    for (const [index, { start, end }] of savedLayers(archive).entries()) {
      const digest = layers[index] ?? "";
      if (!existsSync(layerPath(digest))) await takeLayer(archive, start, end, digest);
    }
  } finally {
    rmSync(archive, { force: true });
  }
}

async function takeLayer(archive: string, start: number, end: number, digest: string): Promise<void> {
  const partial = `${layerPath(digest)}.${process.pid}`;
  const hash = createHash("sha256");
  try {
    const source = createReadStream(archive, { start, end: end - 1 });
    source.on("data", (part) => hash.update(part));
    await pipeline(source, createWriteStream(partial));
    const got = `sha256:${hash.digest("hex")}`;
    if (got !== digest)
      throw new Error(
        `layer ${digest}: expected the engine to give it back unchanged, got ${got}; remove the image and build it again`,
      );
    renameSync(partial, layerPath(digest));
  } finally {
    rmSync(partial, { force: true });
  }
}
