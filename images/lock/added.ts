import type { Package } from "../proof/packages.ts";

/** Versions by name and architecture: `openssl:amd64`, `adduser:all`, `openssl-libs:x86_64`. */
export type Versions = Readonly<Record<string, string>>;

/**
 * The packages of its distribution that an image has, and the one below it has not, or in another version.
 * @param made names of packages that are made here, which their sources lock.
 */
export function addedPackages(
  own: readonly Package[],
  below: readonly Package[],
  made: readonly string[],
): Versions {
  const had = versionsById(below);
  const added = Object.entries(versionsById(own)).filter(
    ([id, version]) => had[id] !== version && !made.includes(id.slice(0, id.lastIndexOf(":"))),
  );
  return Object.fromEntries(added.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function versionsById(packages: readonly Package[]): Versions {
  // No epoch, and one that is zero, are the same.
  return Object.fromEntries(
    packages.map((each) => [`${each.name}:${each.architecture}`, each.version.replace(/^0:/, "")]),
  );
}
