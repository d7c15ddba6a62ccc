import type { Problem } from "../../config/problem.ts";
import { lockFile } from "../../plan/lockFile.ts";
import { distributionPackages, type LockedPackage, type LockedPlace } from "../../plan/lockedPackages.ts";
import type { Versions } from "../../images/lock/added.ts";
import type { Indexed } from "../../images/lock/indexed.ts";

/** Whether the lock has each of these versions, with its digest: then no index is asked. */
export function isResolved(added: Versions, before: LockedPlace | undefined): boolean {
  return Object.entries(added).every(([id, version]) => {
    const locked = before?.packages[id];
    return locked?.version === version && locked.sha256 !== undefined;
  });
}

/** What a place has in the lock, and where indexes and the lock contradict each other. */
export interface Resolved {
  place: LockedPlace;
  problems: Problem[];
}

/**
 * What a place adds, as it comes into the lock. A digest is that of the index, else the one that the lock has for this very version.
 * @param beside what came beside packages of the distribution, as the lock is to have it.
 * @param indexed undefined: no index was asked.
 * @param at where the place stands in the lock: `packages.base.amd64`.
 */
export function resolvedPlace(
  added: Versions,
  beside: LockedPlace["packages"],
  indexed: Indexed | undefined,
  before: LockedPlace | undefined,
  at: string,
): Resolved {
  const problems: Problem[] = [];
  const indexable = Object.entries(added).map(([id, version]): [string, LockedPackage] => {
    const locked = before?.packages[id];
    const known = locked?.version === version ? locked.sha256 : undefined;
    const found = (indexed?.packages.get(id) ?? []).filter((each) => each.version === version);
    const digests = found.map(({ sha256 }) => sha256);
    if (known !== undefined && digests.length > 0 && !digests.includes(known))
      problems.push(otherContent(`${lockFile}: ${at}.packages.${id}`, known, digests[0] ?? ""));
    const sha256 = known ?? digests[0];
    return [id, { version, ...(sha256 !== undefined && { sha256 }) }];
  });
  const own = Object.fromEntries(indexable);
  const isAsBefore = indexable.length > 0 && isSame(own, distributionPackages(before?.packages ?? {}));
  const indexes = isAsBefore ? before?.indexes : (indexed?.indexes ?? before?.indexes);
  return { place: { indexes: indexes ?? {}, packages: { ...own, ...beside } }, problems };
}

function otherContent(path: string, locked: string, got: string): Problem {
  const fix =
    "its mirror has other content under the same version: ask whoever publishes it; where that is right, take the line out and lock again";
  return { path, expected: `SHA-256 ${locked}`, got: `${got} in its index`, fix };
}

function isSame(a: LockedPlace["packages"], b: LockedPlace["packages"] = {}): boolean {
  const lines = (packages: LockedPlace["packages"]) =>
    Object.entries(packages)
      .map(([id, { version, sha256 = "" }]) => `${id} ${version} ${sha256}`)
      .sort();
  return lines(a).join("\n") === lines(b).join("\n");
}
