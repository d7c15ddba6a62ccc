import type { Package } from "../../images/proof/packages.ts";
import type { Update, Updates } from "../../plan/updates.ts";
import type { Upgrade } from "./upgrades.ts";

/** One image of a chain, and the packages in it. */
export interface LayerImage {
  layer: string;
  packages: readonly Package[];
}

/** A newer version of a package, and the layer that brought the one that is there. */
export interface News extends Upgrade {
  layer: string;
}

/** Where what upgrades replace came from: the lowest layer since which it is there in that version. */
export function newsOf(chain: readonly LayerImage[], upgrades: readonly Upgrade[]): News[] {
  return upgrades.flatMap((upgrade) => {
    const without = chain.findLastIndex(({ packages }) => !packages.some((each) => isOf(each, upgrade)));
    const layer = chain[without + 1]?.layer;
    return layer === undefined ? [] : [{ layer, ...upgrade }];
  });
}

function isOf({ kind, name, version, architecture }: Package, { name: wanted, installed }: Upgrade): boolean {
  // No epoch, and one that is zero, are the same to rpm.
  if ((kind === "rpm" ? version.replace(/^0:/, "") : version) !== installed) return false;
  return wanted === `${name}:${architecture}` || (kind === "deb" && wanted === name);
}

/** The same news of several chains once, by layer and package. */
export function distinct(news: readonly News[]): News[] {
  const byPlace = new Map(news.map((each) => [`${each.layer} ${each.name}`, each]));
  return [...byPlace.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

/** The layers that news are of, each once. */
export function layersOf(news: readonly Pick<News, "layer">[]): string[] {
  return [...new Set(news.map(({ layer }) => layer))];
}

/**
 * The lock with the news in it. What was there stays, since a layer without it would be built again; but for layers that are no
 * more.
 */
export function withNews(updates: Updates, news: readonly News[], layers: readonly string[]): Updates {
  const of = (layer: string): Record<string, Update> => ({
    ...updates[layer],
    ...Object.fromEntries(
      news
        .filter((each) => each.layer === layer)
        .map(({ name, installed, candidate, security }) => [name, { installed, candidate, security }]),
    ),
  });
  const all = layers.map((layer) => [layer, inOrder(of(layer))] as const);
  return inOrder(Object.fromEntries(all.filter(([, each]) => Object.keys(each).length > 0)));
}

function inOrder<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
