import type { LayerImage, News } from "./news.ts";

/** A package that newer ones bring along, or leave behind. */
export interface Dependency {
  layer: string;
  name: string;
  version: string;
  change: "new" | "gone";
  /** The newer packages that need it, or have needed it or do not go with it; none where apt does not say. */
  for: string[];
}

/** A package of a simulation that is no newer version of one that is there. */
export type Companion = Omit<Dependency, "layer">;

/** What one package says of others. */
interface Relations {
  needs: readonly string[];
  refuses: readonly string[];
  provides: readonly string[];
}

/** By name. */
export type RelationsByName = ReadonlyMap<string, Relations>;

/**
 * What `apt-get --simulate dist-upgrade` would install anew or remove, from what it prints.
 * @param unneeded what it prints with `--auto-remove`, whose removals count, too, but for those of `before`, which nothing newer is needed for.
 */
export function companionsIn(output: string, unneeded: string, before: string): Omit<Companion, "for">[] {
  const removed = (text: string) =>
    [...text.matchAll(/^Remv (\S+) \[([^\]]+)\]/gm)].map(([, name = "", version = ""]) => ({
      name,
      version,
    }));
  const had = new Set(removed(before).map(({ name }) => name));
  const gone = new Map(
    [...removed(output), ...removed(unneeded).filter(({ name }) => !had.has(name))].map((each) => [
      each.name,
      each,
    ]),
  );
  const added = [...output.matchAll(/^Inst (\S+) \((\S+) /gm)].map(([, name = "", version = ""]) => {
    return { name, version, change: "new" as const };
  });
  return [...added, ...[...gone.values()].map((each) => ({ ...each, change: "gone" as const }))];
}

/** The relations in paragraphs such as `apt-cache show` and `dpkg --status` print (deb-control(5)). */
export function relationsIn(text: string): RelationsByName {
  const found = new Map<string, Relations>();
  for (const paragraph of text.split(/\n{2,}/)) {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(paragraph)?.[1] ?? "";
    const names = (...fields: string[]) =>
      fields
        .flatMap((each) => field(each).split(/[,|]/))
        .flatMap((each) => /[a-z0-9][a-z0-9+.-]+/.exec(each)?.[0] ?? []);
    const relations = {
      needs: names("Depends", "Pre-Depends", "Recommends"),
      refuses: names("Conflicts", "Breaks", "Replaces"),
      provides: names("Provides"),
    };
    if (field("Package") !== "") found.set(field("Package"), relations);
  }
  return found;
}

/**
 * Which newer packages each one comes or goes with, by way of others that come or go.
 * @param before relations of what is there; @param after of what will be.
 */
export function withReasons(
  companions: readonly Omit<Companion, "for">[],
  newer: readonly string[],
  before: RelationsByName,
  after: RelationsByName,
): Companion[] {
  return companions.map((each) => {
    const [known, others] = [
      each.change === "new" ? after : before,
      companions.filter(({ change }) => change === each.change),
    ];
    const reasons = newer.map(plainName).filter((name) => {
      const isRefused = each.change === "gone" && after.get(name)?.refuses.includes(each.name) === true;
      return (
        isRefused ||
        reaches(
          name,
          each.name,
          others.map((other) => other.name),
          known,
        )
      );
    });
    return { ...each, for: [...new Set(reasons)] };
  });
}

function reaches(start: string, target: string, ways: readonly string[], known: RelationsByName): boolean {
  const seen = new Set<string>();
  const open = [start];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const needs = known.get(name)?.needs ?? [];
    for (const each of ways) {
      const names = [each, ...(known.get(each)?.provides ?? [])];
      if (seen.has(each) || !names.some((other) => needs.includes(other))) continue;
      if (each === target) return true;
      seen.add(each);
      open.push(each);
    }
  }
  return false;
}

function plainName(name: string): string {
  return name.replace(/:.*$/, "");
}

/** The layer that a package comes with, which is that of what needs it, or that it is of; only those of the news that count. */
export function dependenciesOf(
  chain: readonly LayerImage[],
  companions: readonly Companion[],
  news: readonly News[],
): Dependency[] {
  if (news.length === 0) return [];
  return companions.flatMap((each) => {
    const own = news.filter(({ name }) => each.for.includes(plainName(name)));
    if (own.length === 0 && each.for.length > 0) return [];
    const layers = (own.length > 0 ? own : news).map(({ layer }) => layer);
    const has = chain.find(({ packages }) =>
      packages.some(({ name, version }) => name === each.name && version === each.version),
    );
    const brought = chain.find(({ layer }) => layers.includes(layer));
    const layer = (each.change === "gone" ? (has ?? brought) : brought)?.layer;
    return layer === undefined ? [] : [{ ...each, layer, for: own.map(({ name }) => name) }];
  });
}

/** Those of several chains once, in order. */
export function distinctDependencies(all: readonly Dependency[]): Dependency[] {
  const byPlace = new Map<string, Dependency>();
  for (const each of all) {
    const key = `${each.layer} ${each.change} ${each.name}`;
    const reasons = [...new Set([...(byPlace.get(key)?.for ?? []), ...each.for])];
    byPlace.set(key, { ...each, for: reasons });
  }
  return [...byPlace.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}
