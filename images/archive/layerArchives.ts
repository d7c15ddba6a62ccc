import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, existsSync, renameSync, rmSync } from "node:fs";
import * as path from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { layerPath, type Extent } from "./store.ts";
import { cacheFolder } from "../../work/cache.ts";
import { saveImage, type ImageFacts } from "../../engine/docker.ts";
import { savedLayers } from "./savedImage.ts";

/**
 * The archives of an image's layers on this machine, lowest first; those that are not kept yet are taken from the engine.
 * @param again take all of them from the engine, so that what it really has is looked at.
 * @throws Error when the engine's layers are not those that the image names.
 */
export async function layerArchives(image: ImageFacts, again = false): Promise<string[]> {
  const { Id, RootFS } = image;
  if (again || !RootFS.Layers.every((digest) => existsSync(layerPath(digest)))) {
    const archive = path.join(cacheFolder("work"), `engine-${Id.slice(7, 19)}.${process.pid}.tar`);
    try {
      await saveImage(Id, archive);
      const extents = savedLayers(archive);
      for (const [index, digest] of RootFS.Layers.entries()) await keep(archive, extents[index], digest, Id);
    } finally {
      rmSync(archive, { force: true });
    }
  }
  return RootFS.Layers.map(layerPath);
}

async function keep(
  archive: string,
  extent: Extent | undefined,
  digest: string,
  image: string,
): Promise<void> {
  const partial = `${layerPath(digest)}.${process.pid}`;
  const hash = createHash("sha256");
  const hashing = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  try {
    if (!extent) throw new Error(`image ${image}: expected the layer ${digest} in the engine, got none`);
    const { start, end } = extent;
    await pipeline(createReadStream(archive, { start, end: end - 1 }), hashing, createWriteStream(partial));
    const got = `sha256:${hash.digest("hex")}`;
    if (got !== digest)
      throw new Error(
        `image ${image}: expected the layer ${digest}, got ${got}; remove the image and run up again`,
      );
    renameSync(partial, layerPath(digest));
  } finally {
    rmSync(partial, { force: true });
  }
}
