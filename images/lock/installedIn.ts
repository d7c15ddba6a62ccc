import { ContentReader } from "../disk/layer/ContentReader.ts";
import { readLayer } from "../disk/layer/readLayer.ts";
import { dpkgDatabase, dpkgPackages, type Package } from "../proof/packages.ts";

/** The Debian packages in the topmost of some layers' archives that has their database; undefined where none has it. */
export function installedIn(archives: readonly string[]): Package[] | undefined {
  const reader = new ContentReader();
  try {
    for (const archive of archives.toReversed()) {
      const entry = readLayer(archive).entries.get(dpkgDatabase);
      if (entry?.type === "file") return dpkgPackages(reader.read(entry).toString());
    }
    return undefined;
  } finally {
    reader.close();
  }
}
