import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";
import { cachePath } from "../../../work/cache.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { SmallPlace } from "./SmallPlace.ts";

/** Each place that commands of a sandbox write to, by its name in the report, as a small disk. The sandbox's programs use them from now on. */
export async function smallPlaces({ folder, environment }: Sandbox): Promise<Map<string, SmallPlace>> {
  const places = new Map<string, SmallPlace>();
  const elsewhere = path.join(`${folder}-places`);
  const put = async (name: string, ...args: Parameters<typeof SmallPlace.over>) => {
    places.set(name, await SmallPlace.over(...args));
  };
  try {
    await put("the project", folder);
    await put("the folder of states", path.join(folder, ".state"));
    await put("releases/", path.join(folder, "releases"));
    // Locks are everybody's who uses the engine: without them, another's build would be taken for dead.
    await put("the cache", cachePath(), path.join(elsewhere, "cache/immutable-fleets"), ["locks"]);
    environment["XDG_CACHE_HOME"] = path.join(elsewhere, "cache");
    const home = process.env["PULUMI_HOME"] ?? path.join(homedir(), ".pulumi");
    await put("Pulumi's home", home, path.join(elsewhere, "pulumi"));
    environment["PULUMI_HOME"] = path.join(elsewhere, "pulumi");
    const empty = path.join(elsewhere, "empty");
    mkdirSync(empty);
    await put("the folder of temporary files", empty, path.join(elsewhere, "tmp"));
    environment["TMPDIR"] = path.join(elsewhere, "tmp");
    return places;
  } catch (error) {
    await removePlaces(places);
    throw error;
  }
}

/** The other way round: what is mounted on another goes first. */
export async function removePlaces(places: ReadonlyMap<string, SmallPlace>): Promise<void> {
  for (const place of [...places.values()].toReversed()) await place.remove();
}
