import { statSync } from "node:fs";
import * as path from "node:path";
import { locksDigest } from "../../images/buildName/buildName.ts";
import { packageCaches } from "../../engine/packageCaches.ts";
import { cachePath } from "../../work/cache.ts";
import type { Item } from "./item.ts";

/** What package managers keep from build to build, of this user, each in a volume; as old as its last build. */
export async function cacheVolumes(): Promise<Item[]> {
  const own = (await packageCaches()).filter((volume) => volume.includes(locksDigest()));
  return own.map((id) => {
    const used = statSync(path.join(cachePath("package-caches"), id), { throwIfNoEntry: false });
    return {
      ...{ kind: "cache" as const, id, name: id, aliases: [], needs: [], ours: true, inUse: false, bytes: 0 },
      ...(used && { lastUsed: used.mtime }),
    };
  });
}
