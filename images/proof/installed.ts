import { dpkgDatabase, dpkgPackages, type Package } from "./packages.ts";
import { rpmPackages } from "./rpmDatabase.ts";

/**
 * The packages installed in a root file system, by its package databases: those of dpkg, then those of rpm.
 * @param read gives a file of it, by its path without a leading slash.
 */
export function installedPackages(read: (path: string) => Buffer | undefined): Package[] {
  return [...dpkgPackages(read(dpkgDatabase)?.toString() ?? ""), ...rpmPackages(read)];
}
