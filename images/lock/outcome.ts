import { isOfRegistry, type LockedPackage, type LockedPlace } from "../../plan/lockedPackages.ts";
import type { Versions } from "./added.ts";

/** A package that a build added in another version than the lock has. */
export interface LockedOtherwise {
  /** `openssl:amd64`. */
  package: string;
  /** Absent: the lock does not know it. */
  wanted?: string;
  /** Absent: the build added none. */
  got?: string;
}

/** What a build added beyond the lock, or otherwise. */
export interface LockOutcome {
  /** What the lock is to have of the place. */
  packages: LockedPlace["packages"];
  differences: LockedOtherwise[];
}

/** Compares what a layer adds with its lock. @param told by the scripts of its build. */
export function lockOutcome(
  added: Versions,
  locked: LockedPlace["packages"],
  told: LockedPlace["packages"],
): LockOutcome {
  const packages = Object.entries(added).map(([id, version]): [string, LockedPackage] => {
    const known = (isOfRegistry(id) ? [told[id]] : [locked[id], told[id]]).find(
      (each) => each?.version === version && each.sha256 !== undefined,
    );
    return [id, { version, ...(known?.sha256 !== undefined && { sha256: known.sha256 }) }];
  });
  const all = Object.fromEntries(packages);
  return { packages: all, differences: [...lockedOtherwise(added, locked), ...otherContent(all, locked)] };
}

/** What has other content under the same version. Apt's was compared before it was unpacked. */
function otherContent(packages: LockedPlace["packages"], locked: LockedPlace["packages"]): LockedOtherwise[] {
  return Object.entries(packages).flatMap(([id, { version, sha256: got }]) => {
    const wanted = locked[id]?.sha256;
    if (!isOfRegistry(id) || locked[id]?.version !== version || got === wanted) return [];
    const shown = (digest = "no digest") => `${version} (${digest.slice(0, 12)})`;
    return [{ package: id, wanted: shown(wanted), got: shown(got) }];
  });
}

/** What a build did otherwise, in a few words: `openssl:amd64 3.0.15-1 → 3.0.17-1`. */
export function shownDifference({ package: id, wanted, got }: LockedOtherwise): string {
  if (wanted === undefined) return `${id} ${got ?? ""} is new`;
  return got === undefined ? `${id} ${wanted} is gone` : `${id} ${wanted} → ${got}`;
}

/** What has other versions than a lock, package by package, in order. */
export function lockedOtherwise(added: Versions, locked: LockedPlace["packages"]): LockedOtherwise[] {
  const ids = [...new Set([...Object.keys(added), ...Object.keys(locked)])].sort();
  return ids.flatMap((id) => {
    const [got, wanted] = [added[id], locked[id]?.version];
    if (got === wanted) return [];
    return [{ package: id, ...(wanted !== undefined && { wanted }), ...(got !== undefined && { got }) }];
  });
}
