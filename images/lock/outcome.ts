import type { LockedPackage, LockedPlace } from "../../plan/lockedPackages.ts";
import type { Versions } from "./added.ts";

/** A package that a build added in another version than the lock has. */
export interface LockedOtherwise {
  /** `openssl:amd64`. */
  package: string;
  /** `not at all`: the lock does not know it. */
  wanted: string;
  /** `none`: the build added none. */
  got: string;
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
    const known = [locked[id], told[id]].find(
      (each) => each?.version === version && each.sha256 !== undefined,
    );
    return [id, { version, ...(known?.sha256 !== undefined && { sha256: known.sha256 }) }];
  });
  return { packages: Object.fromEntries(packages), differences: differencesOf(added, locked) };
}

function differencesOf(added: Versions, locked: LockedPlace["packages"]): LockedOtherwise[] {
  const ids = [...new Set([...Object.keys(added), ...Object.keys(locked)])].sort();
  return ids.flatMap((id) => {
    const [version, wanted] = [added[id], locked[id]?.version];
    if (version === wanted) return [];
    return [{ package: id, wanted: wanted ?? "not at all", got: version ?? "none" }];
  });
}
