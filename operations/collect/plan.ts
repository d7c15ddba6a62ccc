import type { CollectionPlan, Item } from "./item.ts";

/** What decides what is kept. */
export interface Keep {
  /** Ids and aliases that kept releases and the states of all stacks refer to. */
  references: ReadonlySet<string>;
  /** Nothing younger is removed: it may belong to something that has just begun. */
  minimumAgeSeconds: number;
  now: Date;
}

/**
 * What may be removed: all that neither is kept for itself nor needed, over any number of steps, by something kept. What
 * needs something else is removed before it: containers, images from the top down, then their layers.
 */
export function planCollection(items: readonly Item[], keep: Keep): CollectionPlan {
  const byName = Map.groupBy(
    items.flatMap((item) => [item.id, ...item.aliases].map((name) => ({ name, item }))),
    ({ name }) => name,
  );
  const needed = (item: Item) =>
    item.needs.flatMap((name) => (byName.get(name) ?? []).map((each) => each.item));
  const kept = reachable(
    items.filter((item) => isRoot(item, keep)),
    needed,
  );
  const remove = items.filter((item) => !kept.has(item));
  return { remove: neederFirst(remove, needed), kept: kept.size };
}

/** Whether an item is kept for itself. What nobody knows the age of counts as young. */
function isRoot(item: Item, { references, minimumAgeSeconds, now }: Keep): boolean {
  const young =
    item.lastUsed === undefined || now.getTime() - item.lastUsed.getTime() < minimumAgeSeconds * 1000;
  return young || !item.ours || item.inUse || [item.id, ...item.aliases].some((name) => references.has(name));
}

function reachable(roots: readonly Item[], needed: (item: Item) => Item[]): Set<Item> {
  const seen = new Set<Item>(roots);
  // A set that grows while it is walked visits what is added, too.
  for (const item of seen) for (const next of needed(item)) seen.add(next);
  return seen;
}

/** Every item before what it needs; otherwise in the given order. */
function neederFirst(items: readonly Item[], needed: (item: Item) => Item[]): Item[] {
  const order: Item[] = [];
  const done = new Set<Item>();
  const among = new Set(items);
  const visit = (item: Item) => {
    if (done.has(item)) return;
    done.add(item);
    for (const next of needed(item)) if (among.has(next)) visit(next);
    order.unshift(item);
  };
  [...items].reverse().forEach(visit);
  return order;
}

const reference = /\b(?:[0-9a-f]{64}|(?:ami|snap)-[0-9a-f]{8,17})\b/g;

/** Everything in a text that looks like a digest, a container, an AMI or a snapshot, each also as `sha256:…`. */
export function referencesIn(text: string): string[] {
  return [...new Set(text.match(reference) ?? [])].flatMap((found) =>
    found.includes("-") ? [found] : [found, `sha256:${found}`],
  );
}
