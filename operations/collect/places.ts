import { withEngine } from "../../engine/connection.ts";
import type { Engine } from "../../engine/engine.ts";
import { cacheItems } from "./cacheItems.ts";
import { cacheVolumes } from "./cacheVolumes.ts";
import { cloudItems } from "./cloudItems.ts";
import { readEngine } from "./engine.ts";
import { engineItems, type OnlyLabel } from "./engineItems.ts";
import type { Claimant, Item } from "./item.ts";
import { readRegistry } from "./registry.ts";
import { registryItems } from "./registryItems.ts";
import { messageOf } from "../../work/message.ts";

/** Where to look for what may go. */
export interface Search {
  claimant: Claimant;
  /** Images and containers with this label alone, and no cache. */
  only: OnlyLabel;
  /** Engines of other machines. */
  engines: readonly Engine[];
  /** Regions of AWS. */
  regions: readonly string[];
  /** Registry and prefix. */
  registry: string | undefined;
}

/** Everything in one place: nothing in it needs what is in another. */
export interface SearchedPlace {
  /** Undefined: this machine, with what is remote but removed from here. */
  engine: Engine | undefined;
  items: Item[];
}

/** What was found, and which engines gave no answer: what is there stays. */
export interface Found {
  places: SearchedPlace[];
  silent: string[];
}

/** Looks at this machine, at the engines of others, and where else it is told to. */
export async function lookAtPlaces(search: Search): Promise<Found> {
  const { claimant, only, engines, regions, registry } = search;
  const here = [
    ...engineItems(await readEngine(), claimant, only),
    ...(only === undefined ? [...cacheItems(), ...(await cacheVolumes())] : []),
    ...(registry === undefined ? [] : registryItems(registry, await readRegistry(registry))),
    ...(await inRegions(regions, claimant)),
  ];
  const places: SearchedPlace[] = [{ engine: undefined, items: here }];
  const silent: string[] = [];
  for (const engine of engines) {
    try {
      const facts = await withEngine(engine, readEngine);
      places.push({ engine, items: engineItems(facts, claimant, only) });
    } catch (error) {
      silent.push(messageOf(error));
    }
  }
  return { places, silent };
}

async function inRegions(regions: readonly string[], claimant: Claimant): Promise<Item[]> {
  if (regions.length === 0) return [];
  // AWS's client is loaded only where it is needed.
  const { readAccount } = await import("./account.ts");
  return (await Promise.all(regions.map(readAccount))).flatMap((facts) => cloudItems(facts, claimant));
}
