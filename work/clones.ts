import { hash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { cacheFolder } from "./cache.ts";
import { writeWhole } from "./wholeFile.ts";

/** Notes that a clone of the project uses this user's cache and engine, so that no other clone removes what it refers to. */
export function noteClone(root: string): void {
  const file = path.join(cacheFolder("clones"), hash("sha256", root, "hex").slice(0, 16));
  // A note that a crash damaged is no note: others would remove what this clone runs.
  if (!existsSync(file) || readFileSync(file, "utf8") !== root) writeWhole(file, root);
}

/** The clones of this user that are still there. */
export function knownClones(): string[] {
  const folder = cacheFolder("clones");
  return readdirSync(folder)
    .filter((name) => !name.includes("."))
    .map((name) => readFileSync(path.join(folder, name), "utf8"))
    .filter((root) => path.isAbsolute(root) && existsSync(path.join(root, "Pulumi.yaml")));
}
