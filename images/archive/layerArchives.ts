import { renameSync, rmSync } from "node:fs";
import * as path from "node:path";
import { layerPath, missingLayers } from "./store.ts";
import { cacheFolder } from "../../work/cache.ts";
import { saveImage, type ImageFacts } from "../../engine/images.ts";
import { extractLayer, savedLayers, type SavedLayer } from "./savedImage.ts";
import { messageOf } from "../../work/message.ts";

/**
 * The archives of an image's layers on this machine, lowest first; those that are not kept yet are taken from the engine.
 * @param again take all of them from the engine, so that what it really has is looked at.
 * @throws Error when the engine's layers are not those that the image names.
 */
export async function layerArchives(image: ImageFacts, again = false): Promise<string[]> {
  const { Id, RootFS } = image;
  if (again || (await missingLayers(RootFS.Layers)).length > 0) {
    const archive = path.join(cacheFolder("work"), `engine-${Id.slice(7, 19)}.${process.pid}.tar`);
    try {
      await saveImage(Id, archive);
      const saved = savedLayers(archive);
      for (const [index, digest] of RootFS.Layers.entries()) await keep(archive, saved[index], digest, Id);
    } finally {
      rmSync(archive, { force: true });
    }
  }
  return RootFS.Layers.map(layerPath);
}

async function keep(
  archive: string,
  layer: SavedLayer | undefined,
  digest: string,
  image: string,
): Promise<void> {
  const partial = `${layerPath(digest)}.${process.pid}`;
  try {
    if (!layer) throw new Error(`expected the layer ${digest} in the engine, got none`);
    await extractLayer(archive, { ...layer, diffId: digest }, partial);
    renameSync(partial, layerPath(digest));
  } catch (error) {
    const reason = messageOf(error);
    throw new Error(`image ${image}: ${reason}; remove the image and run up again`, { cause: error });
  } finally {
    rmSync(partial, { force: true });
  }
}
