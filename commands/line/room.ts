import { homedir, tmpdir } from "node:os";
import * as path from "node:path";
import { statesFolder } from "../../config/backend.ts";
import { projectRoot } from "../../config/root.ts";
import { cachePath } from "../../work/cache.ts";
import { fullPlaces } from "../../work/fullPlaces.ts";

/**
 * Which of the places that commands write to are full, and what to do, where what one said before it failed is that some is: a write that
 * fails does not always say where. Empty: none is.
 */
export function roomText(said: string, places = placesWrittenTo()): string {
  if (!/ENOSPC|no space left/i.test(said)) return "";
  return fullPlaces(places)
    .map((place) => `${place}: expected room to write, got a full disk; make room there, and run it again\n`)
    .join("");
}

/** Project, states, cache, Pulumi's home and temporary files. */
function placesWrittenTo(): string[] {
  const states = statesFolder();
  const home = process.env["PULUMI_HOME"] ?? path.join(homedir(), ".pulumi");
  const releases = path.join(projectRoot, "releases");
  return [projectRoot, releases, ...(states === undefined ? [] : [states]), cachePath(), home, tmpdir()];
}
