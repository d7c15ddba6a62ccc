import type { Locked, LockedPlace } from "../../plan/lockedPackages.ts";

/**
 * The lock with what was looked at in it, in order. Places of other environments stay as they are, and so does what machines of other
 * architectures have; those with a layer that is no more go.
 * @param looked by place; without packages: it needs no lock.
 */
export function mergedLock(
  before: Locked,
  looked: Readonly<Record<string, LockedPlace>>,
  architecture: string,
  layers: readonly string[],
): Locked {
  const isThere = (place: string) => place.split(".").every((layer) => layers.includes(layer));
  const places = [...new Set([...Object.keys(before), ...Object.keys(looked)])].filter(isThere).sort();
  const merged = places.map((place) => {
    const own = looked[place];
    const kept = Object.entries(before[place] ?? {}).filter(
      ([each]) => own === undefined || each !== architecture,
    );
    const isLocked = own !== undefined && Object.keys(own.packages).length > 0;
    const all = [...kept, ...(isLocked ? [[architecture, own] as const] : [])];
    return [place, Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)))] as const;
  });
  return Object.fromEntries(merged.filter(([, each]) => Object.keys(each).length > 0));
}
