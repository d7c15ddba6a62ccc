import { readFileSync, rmSync, statSync, createWriteStream } from "node:fs";
import * as path from "node:path";
import { finished } from "node:stream/promises";
import { pack } from "tar-stream";
import { writeImageArchive } from "../archive/imageArchive.ts";
import { storeLayer } from "../archive/store.ts";
import { inspectImage, loadImage, type ImageFacts } from "../../engine/images.ts";
import type { PlacedRequest } from "../../plan/buildRequest.ts";
import { canonicalJson } from "../../plan/digest.ts";
import { cacheFolder } from "../../work/cache.ts";

/** A file of the project, and where an image is to have it. */
interface PlacedFile {
  /** Absolute, in the image. */
  place: string;
  /** In the project. */
  source: string;
}

/** The files of an image, from those of folders that are given: each below its folder's place. Of one place, the longest that was given counts. */
export function placedFiles(
  places: Readonly<Record<string, string>>,
  files: readonly string[],
): PlacedFile[] {
  const found = new Map<string, string>();
  const ordered = Object.entries(places).sort(([a], [b]) => a.length - b.length);
  for (const [place, source] of ordered) {
    const folder = path.posix.normalize(source).replace(/\/+$/, "");
    for (const file of files) {
      if (file === folder) found.set(path.posix.normalize(place).replace(/\/+$/, ""), file);
      else if (file.startsWith(`${folder}/`))
        found.set(path.posix.join(place, file.slice(folder.length)), file);
    }
  }
  return [...found]
    .map(([place, source]) => ({ place, source }))
    .sort((a, b) => (a.place < b.place ? -1 : 1));
}

/**
 * The layer of an existing image's files: root's, readable by all, executable where they are in the project. Equal files give an equal one.
 * @returns its digest, by which it is kept.
 */
export async function filesLayer(
  request: PlacedRequest,
  root: string,
  say: (line: string) => void,
): Promise<string> {
  const { inputs, inputDigest, epochSeconds } = request;
  const archive = path.join(cacheFolder("work"), `files-${inputDigest}.tar`);
  try {
    const tar = pack();
    const written = finished(tar.pipe(createWriteStream(archive)));
    for (const { place, source } of placedFiles(inputs.places ?? {}, Object.keys(inputs.files))) {
      const file = path.join(root, source);
      const mode = (statSync(file).mode & 0o111) === 0 ? 0o644 : 0o755;
      const mtime = new Date(epochSeconds * 1000);
      tar.entry({ name: place.slice(1), mode, uid: 0, gid: 0, mtime }, readFileSync(file));
    }
    tar.finalize();
    await written;
    return storeLayer(archive, { epochSeconds, base: false, tell: say });
  } finally {
    rmSync(archive, { force: true });
  }
}

/** The image with a layer on top; all else of it holds. The engine has its layers. */
export async function withFilesLayer(
  image: ImageFacts,
  layer: string,
  { inputDigest, epochSeconds, id }: PlacedRequest,
): Promise<ImageFacts> {
  const created = new Date(epochSeconds * 1000).toISOString();
  const layers = [...image.RootFS.Layers, layer];
  const config = canonicalJson({
    ...{ architecture: image.Architecture, os: image.Os, created },
    config: said(image.Config),
    rootfs: { type: "layers", diff_ids: layers },
    history: layers.map(() => ({ created })),
  });
  const archive = path.join(cacheFolder("work"), `image-${inputDigest}.tar`);
  try {
    const made = writeImageArchive(archive, config, layers, [layer]);
    await loadImage(archive);
    const facts = await inspectImage(made);
    if (!facts) throw new Error(`image ${made} of ${id}: expected in the engine after loading it, got none`);
    return facts;
  } finally {
    rmSync(archive, { force: true });
  }
}

/** What an image says of how it runs; engines differ in how they tell of what it does not say. */
function said(config: ImageFacts["Config"]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).filter(([, value]) => value !== null && value !== "" && value !== false),
  );
}
