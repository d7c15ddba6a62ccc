import type { Locked } from "../../plan/lockedPackages.ts";

/** A package whose line in the lock is another one, is new, or goes. */
export interface Difference {
  /** The layer in its chain: `base.python`. */
  place: string;
  /** `openssl:amd64`. */
  package: string;
  /** Absent: it is new. */
  was?: string;
  /** Absent: no image has it any more. */
  now?: string;
}

/** What differs between two locks for the machines of an architecture, in order; digests are of versions, and not compared. */
export function lockDifferences(before: Locked, after: Locked, architecture: string): Difference[] {
  return sortedKeys(before, after).flatMap((place) => {
    const was = before[place]?.[architecture]?.packages ?? {};
    const now = after[place]?.[architecture]?.packages ?? {};
    return sortedKeys(was, now).flatMap((id) => {
      const [old, young] = [was[id]?.version, now[id]?.version];
      if (old === young) return [];
      return [
        {
          place,
          package: id,
          ...(old !== undefined && { was: old }),
          ...(young !== undefined && { now: young }),
        },
      ];
    });
  });
}

function sortedKeys(a: object, b: object): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
}
