import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";

/** A folder of the project's cache, shared by every clone of this user: `$XDG_CACHE_HOME/immutable-fleets/…`. */
export function cacheFolder(...parts: string[]): string {
  const home = process.env["XDG_CACHE_HOME"] ?? path.join(homedir(), ".cache");
  const folder = path.join(home, "immutable-fleets", ...parts);
  mkdirSync(folder, { recursive: true });
  return folder;
}
