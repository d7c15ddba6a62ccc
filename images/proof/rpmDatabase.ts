import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Package } from "./packages.ts";
import { readRpmHeader } from "./rpmHeader.ts";

/** Where distributions have rpm's database, without a leading slash: Fedora and SUSE, older Red Hats, and Debian's rpm for root. */
export const rpmDatabases = [
  "usr/lib/sysimage/rpm/rpmdb.sqlite",
  "var/lib/rpm/rpmdb.sqlite",
  "root/.rpmdb/rpmdb.sqlite",
];

/**
 * The installed packages in rpm's database, by name; none where there is no database of SQLite, rpm's format since 4.16 (2020).
 * @param read gives a file of the root file system, by its path without a leading slash.
 */
export function rpmPackages(read: (path: string) => Buffer | undefined): Package[] {
  const place = rpmDatabases.find((each) => read(each) !== undefined);
  const database = place === undefined ? undefined : read(place);
  if (place === undefined || !database) return [];
  // Keys that were imported are kept as packages, too.
  return headers(database, read(`${place}-wal`))
    .map(readRpmHeader)
    .filter(({ name }) => name !== "gpg-pubkey")
    .map(({ name, version, release, epoch, architecture, source }): Package => {
      const origin = source?.replace(/-[^-]+-[^-]+\.(no)?src\.rpm$/, "");
      return {
        kind: "rpm",
        name,
        version: `${epoch === undefined ? "" : `${epoch}:`}${version}-${release}`,
        architecture,
        ...(origin !== undefined && origin !== name && { source: origin }),
      };
    })
    .sort((a, b) => (a.name + a.version < b.name + b.version ? -1 : 1));
}

/** SQLite reads files: a copy, with what rpm had not yet moved into the database. */
function headers(database: Buffer, log: Buffer | undefined): Buffer[] {
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-rpm-"));
  try {
    const file = path.join(folder, "rpmdb.sqlite");
    writeFileSync(file, database);
    if (log) writeFileSync(`${file}-wal`, log);
    const opened = new DatabaseSync(file);
    try {
      const rows = opened.prepare("SELECT blob FROM Packages").all() as { blob: Uint8Array }[];
      return rows.map(({ blob }) => Buffer.from(blob));
    } finally {
      opened.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
