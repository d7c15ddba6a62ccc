import { closeSync, existsSync, fstatSync, openSync, renameSync, rmSync } from "node:fs";
import * as path from "node:path";
import { cacheFolder } from "../../work/cache.ts";
import { canonicalEntries, writeLayer } from "./canonical.ts";
import { indexTar } from "./readTar.ts";

/** Where a layer's archive of that digest (`sha256:…`) is kept; disks are made from these. */
export function layerPath(digest: string): string {
  return path.join(cacheFolder("layers"), `${digest.replace("sha256:", "")}.tar`);
}

/** Part of a file: from `start` to `end`, in bytes. */
export interface Extent {
  start: number;
  end: number;
}

/**
 * Makes a layer's archive canonical and keeps it under its digest.
 * @param extent where the archive lies in the file; default: all of it.
 * @param base whether the layer has no parent.
 * @returns the digest, `sha256:…`.
 */
export function storeLayer(
  file: string,
  extent: Extent | undefined,
  epochSeconds: number,
  base: boolean,
): string {
  const source = openSync(file, "r");
  const partial = path.join(cacheFolder("layers"), `partial-${process.pid}-${Date.now()}`);
  try {
    const { start, end } = extent ?? { start: 0, end: fstatSync(source).size };
    const digest = writeLayer(
      source,
      canonicalEntries(indexTar(source, start, end), epochSeconds, base),
      partial,
    );
    if (!existsSync(layerPath(digest))) renameSync(partial, layerPath(digest));
    return digest;
  } finally {
    closeSync(source);
    rmSync(partial, { force: true });
  }
}
