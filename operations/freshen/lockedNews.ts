import type { Indexed } from "../../images/lock/indexed.ts";
import { lockedOtherwise, shownDifference } from "../../images/lock/outcome.ts";
import type { Locked, LockedPlace } from "../../plan/lockedPackages.ts";
import type { News } from "./news.ts";

/**
 * The lock with newer versions in the places of the layers that brought the old ones, for the machines of an architecture; all else of it
 * stays.
 */
export function lockedNews(
  locked: Locked,
  architecture: string,
  news: readonly News[],
  indexed: Indexed,
): Locked {
  return Object.fromEntries(
    Object.entries(locked).map(([place, machines]) => {
      const own = news.filter(({ layer }) => place.split(".").at(-1) === layer);
      const before = machines[architecture];
      if (!before || own.length === 0) return [place, machines];
      return [place, { ...machines, [architecture]: newer(before, architecture, own, indexed) }];
    }),
  );
}

/** What builds entered into the lock meanwhile, in words, place by place. */
export function relockedIn(before: Locked, after: Locked, architecture: string): string[] {
  return Object.entries(after).flatMap(([place, machines]) => {
    const [was, now] = [before[place]?.[architecture]?.packages, machines[architecture]?.packages];
    if (!was || !now || was === now) return [];
    const versions = Object.fromEntries(Object.entries(now).map(([id, { version }]) => [id, version]));
    return lockedOtherwise(versions, was).map((each) => `${place}: ${shownDifference(each)}`);
  });
}

function newer(
  { indexes, packages }: LockedPlace,
  architecture: string,
  news: readonly News[],
  indexed: Indexed,
): LockedPlace {
  const changed = news.flatMap(({ name, installed, candidate }) => {
    const ids = name.includes(":") ? [name] : [`${name}:${architecture}`, `${name}:all`];
    const id = ids.find((each) => packages[each]?.version === installed);
    if (id === undefined) return [];
    const sha256 = indexed.packages.get(id)?.find(({ version }) => version === candidate)?.sha256;
    return [[id, { version: candidate, ...(sha256 !== undefined && { sha256 }) }] as const];
  });
  if (changed.length === 0) return { indexes, packages };
  const read = Object.entries(indexed.indexes).filter(([name]) => name in indexes);
  return {
    indexes: { ...indexes, ...Object.fromEntries(read) },
    packages: { ...packages, ...Object.fromEntries(changed) },
  };
}
