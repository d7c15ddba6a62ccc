import { closeSync, fstatSync, openSync, renameSync, rmSync } from "node:fs";
import * as path from "node:path";
import { cacheFolder } from "../../work/cache.ts";
import { isWholeFile } from "../../work/checkedFile.ts";
import { canonicalLayer, leftOutText } from "./canonical.ts";
import { indexTar } from "./readTar.ts";
import { writeLayer } from "./writeLayer.ts";

/** Where a layer's archive of that digest (`sha256:…`) is kept; disks are made from these. */
export function layerPath(digest: string): string {
  return path.join(cacheFolder("layers"), `${digest.replace("sha256:", "")}.tar`);
}

/** Whether a layer's archive is kept, whole. */
export function hasLayer(digest: string): Promise<boolean> {
  return isWholeFile(layerPath(digest), digest);
}

/** Those of some layers of which no whole archive is kept. */
export async function missingLayers(digests: readonly string[]): Promise<string[]> {
  const missing: string[] = [];
  // One after the other: two at a time are read no faster.
  for (const digest of digests) if (!(await hasLayer(digest))) missing.push(digest);
  return missing;
}

/** Part of a file: from `start` to `end`, in bytes. */
export interface Extent {
  start: number;
  end: number;
}

/** How a layer is made canonical. */
export interface StoreOptions {
  /** Where the archive lies in the file; default: all of it. */
  extent?: Extent;
  /** No time is later: seconds since 1970. */
  epochSeconds: number;
  /** Whether the layer has no parent. */
  base: boolean;
  /** Told in one line what is left out, and how much. */
  tell: (line: string) => void;
}

/**
 * Makes a layer's archive canonical and keeps it under its digest.
 * @returns the digest, `sha256:…`.
 */
export function storeLayer(file: string, { extent, epochSeconds, base, tell }: StoreOptions): string {
  const source = openSync(file, "r");
  const partial = path.join(cacheFolder("layers"), `partial-${process.pid}-${Date.now()}`);
  try {
    const { start, end } = extent ?? { start: 0, end: fstatSync(source).size };
    const { entries, leftOut } = canonicalLayer(indexTar(source, start, end), epochSeconds, base);
    const digest = writeLayer(source, entries, partial);
    // Also over one that is there, which may be damaged; who reads that goes on with it.
    renameSync(partial, layerPath(digest));
    tell(`leaves out of the layer: ${leftOutText(leftOut)}`);
    return digest;
  } finally {
    closeSync(source);
    rmSync(partial, { force: true });
  }
}
