import { ConfigurationError, type Problem } from "../../config/problem.ts";
import type { Configuration } from "../../config/schema.ts";
import { buildChain } from "../../images/layer/buildChain.ts";
import { readInventory } from "../../images/proof/store.ts";
import type { Package } from "../../images/proof/packages.ts";
import { architectureOf } from "../../plan/architecture.ts";
import { environmentPlan } from "../../plan/environment/plan.ts";
import { readLock } from "../../plan/lockFile.ts";
import { isOfRegistry, isOfRpm, type Locked, type LockedPlace } from "../../plan/lockedPackages.ts";
import { toolVersions } from "../../plan/tools.ts";
import { forgetLists } from "../freshen/apt.ts";
import { bothIndexed } from "../freshen/distribution.ts";
import { dnfNews } from "../freshen/dnf.ts";
import { wantedChains } from "../freshen/look.ts";
import { addedPackages, type Versions } from "../../images/lock/added.ts";
import { lookUpPackages } from "./apt.ts";
import { besideOf } from "./beside.ts";
import { lockDifferences, type Difference } from "./differences.ts";
import { mergedLock } from "./merged.ts";
import { withRepositories } from "./repositories.ts";
import { isResolved, resolvedPlace } from "./resolve.ts";

/** What `lookForLock` found. */
export interface LockReport {
  /** The packages part of the lock file, as it is to be. */
  packages: Locked;
  differences: Difference[];
  /** What no index has in the version that is there: it is locked without a digest. `base: openssl:amd64 3.0.15-1`. */
  unindexed: string[];
  /** Places that have packages of rpm without a digest, which builds add. */
  undigested: { place: string; count: number }[];
  /** What was looked at, those below first. */
  images: LockedImage[];
}

/** A layer in its place, as it is built. */
export interface LockedImage {
  /** `base.python`. */
  place: string;
  layer: string;
  /** The image id: `sha256:…`. */
  image: string;
}

interface BuiltPlace extends LockedImage {
  /** Packages of its distribution. */
  added: Versions;
  /** What pip, npm and ansible-galaxy brought, and no lock file has. */
  beside: LockedPlace["packages"];
}

/**
 * Compares the lock with the packages that the layers of an environment add to those below them. Layers that are not there are built
 * first.
 * @param asksIndexes whether digests of new versions are looked up, in the indexes of the images' own sources.
 * @throws ConfigurationError where an index has other content than the lock; Error where packages cannot be looked up.
 */
export async function lookForLock(
  configuration: Configuration,
  root: string,
  asksIndexes: boolean,
): Promise<LockReport> {
  const before = readLock(root).packages;
  const architecture = architectureOf(toolVersions(root));
  const places = await builtPlaces(configuration, root);
  if (asksIndexes) forgetLists();
  const looked: Record<string, LockedPlace> = {};
  const problems: Problem[] = [];
  for (const built of places) {
    const locked = before[built.place]?.[architecture];
    const known = !asksIndexes || isResolved(built.added, locked);
    const indexed = known ? undefined : await indexedOf(built, configuration, root);
    const at = `packages.${built.place}.${architecture}`;
    const resolved = resolvedPlace(built.added, built.beside, indexed, locked, at);
    problems.push(...resolved.problems);
    looked[built.place] = resolved.place;
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  const packages = mergedLock(before, looked, architecture, Object.keys(configuration.layers));
  return {
    packages,
    differences: lockDifferences(before, packages, architecture),
    unindexed: asksIndexes ? unindexedIn(looked) : [],
    undigested: Object.entries(looked).flatMap(([place, { packages: own }]) => {
      const count = Object.entries(own).filter(
        ([id, { sha256 }]) => isOfRpm(id) && sha256 === undefined,
      ).length;
      return count > 0 ? [{ place, count }] : [];
    }),
    images: places.map(({ place, layer, image }) => ({ place, layer, image })),
  };
}

/** What apt and dnf in an image know of what a layer adds. Those of rpm that dnf does not find get their digests from builds. */
async function indexedOf({ layer, image, added }: BuiltPlace, configuration: Configuration, root: string) {
  const ofRpm = Object.keys(added).filter(isOfRpm);
  const [apt, dnf] = await Promise.all([
    withRepositories(layer, configuration, root, (archive) =>
      lookUpPackages(
        image,
        Object.keys(added).filter((id) => !isOfRpm(id)),
        root,
        archive,
      ),
    ),
    ofRpm.length > 0 ? dnfNews("lock", image, root, ofRpm) : undefined,
  ]);
  return apt && dnf ? bothIndexed(apt, dnf.indexed) : (apt ?? dnf?.indexed);
}

/** Every place of a layer that is made here, once. */
async function builtPlaces(configuration: Configuration, root: string): Promise<BuiltPlace[]> {
  const found = new Map<string, BuiltPlace>();
  for (const chain of wantedChains(environmentPlan(configuration))) {
    let below: readonly Package[] = [];
    let belowImage: string | undefined;
    for (const [index, { place, image }] of (await buildChain(chain, configuration, root)).entries()) {
      const layer = chain[index] ?? "";
      const own = packagesOf(image, place);
      const added = addedPackages(own, below, madeHere(configuration, layer));
      const beside = await besideOf(place, layer, image, belowImage, configuration, root);
      found.set(place, { place, layer, image, added, beside });
      [below, belowImage] = [own, image];
    }
  }
  return [...found.values()];
}

function packagesOf(image: string, place: string): readonly Package[] {
  const inventory = readInventory(image);
  if (inventory) return inventory.contents.packages;
  throw new Error(
    `lock: expected the inventory of ${place} (${image}), got none; npm run up -- --images-again makes it again`,
  );
}

/** Packages that a layer is made with from folders of the project: their content is their lock. */
function madeHere({ layers }: Configuration, layer: string): string[] {
  const packages = Object.entries(layers[layer]?.packages ?? {});
  return packages.filter(([, { source }]) => source !== undefined).map(([name]) => name);
}

function unindexedIn(looked: Readonly<Record<string, LockedPlace>>): string[] {
  return Object.entries(looked).flatMap(([place, { packages }]) =>
    Object.entries(packages)
      .filter(([id, { sha256 }]) => sha256 === undefined && !isOfRegistry(id) && !isOfRpm(id))
      .map(([id, { version }]) => `${place}: ${id} ${version}`),
  );
}
