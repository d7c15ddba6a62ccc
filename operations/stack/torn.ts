import { globSync, rmSync, statSync } from "node:fs";
import * as path from "node:path";
import { statesFolder } from "../../config/backend.ts";

/**
 * Removes what Pulumi's backend of files keeps beside states and their history (`.attrs`, gocloud.dev/blob/fileblob) where a kill ended its
 * writing: it is emptied first, and an engine reads no state whose own is empty (`failed to load checkpoint: EOF`), but one without any.
 * The states themselves are written whole or not at all.
 * @param states folder that they are in; default: where this project's are, and maybe others'.
 */
export function removeTorn(states = statesFolder()): void {
  if (states === undefined) return;
  const patterns = ["meta.yaml.attrs", "stacks/*/*.attrs", "{history,backups}/*/*/*.attrs"];
  for (const name of globSync(patterns, { cwd: path.join(states, ".pulumi") })) {
    const file = path.join(states, ".pulumi", name);
    if (statSync(file, { throwIfNoEntry: false })?.size !== 0) continue;
    rmSync(file, { force: true });
    process.stderr.write(`removed ${file}, of which nothing was written; going on\n`);
  }
}
