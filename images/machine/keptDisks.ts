import { existsSync, linkSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { cacheFolder, noteRead } from "../../work/cache.ts";
import { isWholeFile, markWhole } from "../../work/checkedFile.ts";
import { writeWhole } from "../../work/wholeFile.ts";
import { diskDigest } from "../disk/index.ts";
import { hasProof } from "../proof/whole.ts";

/** Where a disk of that digest (`sha256:…`) is kept. */
export function diskPath(digest: string): string {
  return path.join(cacheFolder("disks"), `${digest.replace("sha256:", "")}.raw`);
}

/** Where it is noted which disk came of what it was made from. */
function recordPath(key: string): string {
  return path.join(cacheFolder("disk-records"), key);
}

/** The digest of a disk that is there, whole and with its proof; being used keeps it from being collected. */
export async function knownDisk(key: string): Promise<string | undefined> {
  if (!existsSync(recordPath(key))) return undefined;
  const digest = readFileSync(recordPath(key), "utf8");
  if (!hasProof(digest) || !(await isWholeFile(diskPath(digest), digest))) return undefined;
  noteRead(diskPath(digest));
  return digest;
}

/** Keeps a disk that was just made from what that key names. @returns its digest. */
export async function keepDisk(key: string, partial: string): Promise<string> {
  const digest = await diskDigest(partial);
  // Other inputs may have made the same disk, which somebody reads now: it is not replaced.
  if (!(await isWholeFile(diskPath(digest), digest))) {
    linkSync(partial, diskPath(digest));
    markWhole(diskPath(digest), digest);
  }
  writeWhole(recordPath(key), digest);
  return digest;
}
