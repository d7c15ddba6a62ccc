import { ContentReader } from "../disk/layer/ContentReader.ts";
import { readLayer } from "../disk/layer/readLayer.ts";
import { dpkgDatabase, dpkgPackages, type Package } from "../proof/packages.ts";
import { rpmDatabases, rpmPackages } from "../proof/rpmDatabase.ts";

/**
 * The packages of a distribution in some layers' archives, lowest first: those of dpkg and of rpm, each by the topmost that has its database.
 * @param below those of the image on which they stand, for what none of them has.
 */
export function installedIn(archives: readonly string[], below: readonly Package[] = []): Package[] {
  const reader = new ContentReader();
  const ofTopmost = (
    places: readonly string[],
    read: (file: (path: string) => Buffer | undefined) => Package[],
  ) => {
    for (const archive of archives.toReversed()) {
      const { entries } = readLayer(archive);
      if (!places.some((place) => entries.get(place)?.type === "file")) continue;
      return read((path) => {
        const entry = entries.get(path);
        return entry?.type === "file" ? reader.read(entry) : undefined;
      });
    }
    return undefined;
  };
  const of = (kind: Package["kind"]) => below.filter((each) => each.kind === kind);
  try {
    const debs = ofTopmost([dpkgDatabase], (read) => dpkgPackages(read(dpkgDatabase)?.toString() ?? ""));
    return [...(debs ?? of("deb")), ...(ofTopmost(rpmDatabases, rpmPackages) ?? of("rpm"))];
  } finally {
    reader.close();
  }
}
