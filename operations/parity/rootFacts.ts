import { z } from "zod";
import { describeFile, enabledUnits, groupNames, passwdUsers, type RootManifest } from "./manifest.ts";
import { dpkgPackages, versionsOf } from "../../images/proof/packages.ts";

const file = z.tuple([z.string(), z.int(), z.int(), z.int(), z.string(), z.number()]);

/** What root_facts.py prints. */
const printedSchema = z.object({
  files: z.record(z.string(), file),
  mounts: z.array(z.string()),
  owners: z.record(z.string(), z.array(z.string())),
  ports: z.record(z.string(), z.string()),
  programs: z.array(z.string()),
  passwd: z.string(),
  group: z.string(),
  passwords: z.record(z.string(), z.string()),
  dpkg: z.string(),
  rpm: z.record(z.string(), z.string()),
});

/** What is known of a root beside what is compared: it tells causes. */
export interface RootFacts {
  manifest: RootManifest;
  /** Paths where other file systems are mounted: nothing is known of what lies below. */
  mounts: readonly string[];
  /** Packages by path; a folder may be of several. */
  owners: ReadonlyMap<string, readonly string[]>;
  /** The programs that run, without a leading slash; ` (deleted)` behind those whose file has gone. */
  programs: readonly string[];
  /** When a file was last changed: seconds since 1970, by path. */
  changedSeconds: ReadonlyMap<string, number>;
}

/** Reads what root_facts.py printed. @throws Error when it is something else. */
export function readRootFacts(json: string): RootFacts {
  const { files, mounts, owners, ports, programs, passwd, group, passwords, dpkg, rpm } = printedSchema.parse(
    JSON.parse(json),
  );
  const { users, names } = passwdUsers(passwd, group, passwords);
  const groups = groupNames(group);
  const described = Object.entries(files).map(([path, [type, mode, uid, gid, content]]) => {
    const owner = names.get(uid) ?? String(uid);
    return [
      path,
      describeFile({ type, mode, owner, group: groups.get(gid) ?? String(gid), content }),
    ] as const;
  });
  return {
    manifest: {
      packages: { ...versionsOf(dpkgPackages(dpkg)), ...rpm },
      files: Object.fromEntries(described),
      users,
      services: enabledUnits(Object.keys(files)),
      ports,
    },
    mounts,
    programs,
    owners: new Map(Object.entries(owners)),
    changedSeconds: new Map(Object.entries(files).map(([path, [, , , , , changed]]) => [path, changed])),
  };
}
