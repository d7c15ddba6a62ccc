import { mkdirSync, statSync, utimesSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";

/** Where a part of the project's cache is, or would be: `$XDG_CACHE_HOME/immutable-fleets/…`. Who only reads makes no folder. */
export function cachePath(...parts: string[]): string {
  const home = process.env["XDG_CACHE_HOME"] ?? path.join(homedir(), ".cache");
  return path.join(home, "immutable-fleets", ...parts);
}

/** A folder of the project's cache, shared by every clone of this user; made where it is missing. */
export function cacheFolder(...parts: string[]): string {
  const folder = cachePath(...parts);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Notes that something of the cache is used: collection takes what nobody used for long (operations/collect). */
export function noteRead(place: string): void {
  utimesSync(place, new Date(), statSync(place).mtime);
}
