import { availableParallelism } from "node:os";
import pLimit from "p-limit";
import { ConfigurationError, suggest } from "../../config/problem.ts";
import type { Configuration } from "../../config/schema.ts";
import { buildChain } from "../../images/layer/buildChain.ts";
import { readInventory } from "../../images/proof/store.ts";
import { chainId, placeLayers } from "../../plan/chain.ts";
import type { EnvironmentPlan } from "../../plan/environment/EnvironmentPlan.ts";
import type { ImagesPlan } from "../../plan/environment/ImagesPlan.ts";
import { environmentPlan } from "../../plan/environment/plan.ts";
import { architectureOf } from "../../plan/architecture.ts";
import { readLock } from "../../plan/lockFile.ts";
import type { Locked } from "../../plan/lockedPackages.ts";
import { toolVersions } from "../../plan/tools.ts";
import { lockedNews, relockedIn } from "./lockedNews.ts";
import type { Updates } from "../../plan/updates.ts";
import { counted } from "../text/format.ts";
import { forgetLists, type AptNews } from "./apt.ts";
import { dependenciesOf, distinctDependencies, type Dependency } from "./dependencies.ts";
import { bothIndexed, distributionNews } from "./distribution.ts";
import { distinct, layersOf, newsOf, withNews, type LayerImage, type News } from "./news.ts";

/** What `lookForNews` found. */
export interface FreshenReport {
  /** What the lock gets, by layer and package. */
  news: News[];
  /** What comes new with them, or goes. */
  dependencies: Dependency[];
  /** Newer packages that a build would not bring. */
  pinned: PinnedNews[];
  /** What is built and swapped for each layer with news, in words. */
  affected: Record<string, string>;
  /** The lock with the news in it. */
  updates: Updates;
  /** What had to be locked otherwise for layers to be built at all, in words: `base.web: openssl:amd64 1 → 2`. */
  relocked: string[];
}

/** What was found, and the exact packages of the lock, with the news where it had the old ones. */
export interface FreshenLook extends FreshenReport {
  packages: Locked;
}

/** Newer packages of a base whose source is always the same. */
export interface PinnedNews {
  layer: string;
  /** Key of its configuration: `from.archive`. */
  source: string;
  count: number;
  security: number;
}

/** Which news count. */
export interface FreshenChoice {
  layer?: string | undefined;
  onlySecurity: boolean;
  /** Whether layers that are not there, and whose locked packages can be had no more, are built and locked as their mirrors are now. */
  renews: boolean;
}

/**
 * Compares the images of an environment with what their distributions have now, as their own apt or dnf sees it. Images that are not
 * there are built first.
 * @throws ConfigurationError for a layer that there is not; Error where packages cannot be looked up.
 */
export async function lookForNews(
  configuration: Configuration,
  root: string,
  { layer, onlySecurity, renews }: FreshenChoice,
): Promise<FreshenLook> {
  const { layers } = configuration;
  if (layer !== undefined && !Object.hasOwn(layers, layer)) throw unknownLayer(layer, layers);
  const plan = environmentPlan(configuration);
  const chains = wantedChains(plan);
  forgetLists();
  const architecture = architectureOf(toolVersions(root));
  const before = readLock(root).packages;
  const looked = await lookAtChains(chains, configuration, root, renews);
  const found = looked.flatMap(({ images, own }) => newsOf(images, own.upgrades));
  const indexed = looked
    .map(({ own }) => own.indexed)
    .reduce(bothIndexed, { packages: new Map(), indexes: {} });
  const wanted = distinct(found).filter(
    (each) =>
      (layer === undefined || each.layer === layer) &&
      (each.security || !onlySecurity) &&
      layers[each.layer]?.packages?.[each.name.replace(/:.*$/, "")] === undefined,
  );
  const news = wanted.filter((each) => pinnedSource(configuration, each.layer) === undefined);
  const lock = readLock(root);
  const dependencies = looked.flatMap(({ images, own }) => dependenciesOf(images, own.companions, news));
  return {
    news,
    dependencies: distinctDependencies(dependencies),
    pinned: pinnedNews(configuration, wanted),
    affected: Object.fromEntries(layersOf(news).map((each) => [each, affectedBy(plan.images, chains, each)])),
    updates: withNews(lock.updates, news, Object.keys(layers)),
    relocked: relockedIn(before, lock.packages, architecture),
    packages: lockedNews(lock.packages, architecture, news, indexed),
  };
}

/** Builds the chains, and looks at the uppermost image of each: as many at once as there are processors, once the first has fetched the lists. */
async function lookAtChains(
  chains: readonly string[][],
  configuration: Configuration,
  root: string,
  renews: boolean,
): Promise<{ images: LayerImage[]; own: AptNews }[]> {
  const looks: (() => Promise<{ images: LayerImage[]; own: AptNews }>)[] = [];
  for (const chain of chains) {
    const built = await buildChain(chain, configuration, root, renews ? "renewed" : undefined);
    const images = chain.map(layerImage(built));
    looks.push(async () => ({
      images,
      own: await distributionNews(built.at(-1)?.image ?? "", images.at(-1)?.packages ?? [], root),
    }));
  }
  const [first, ...others] = looks;
  const looked = first ? [await first()] : [];
  const limit = pLimit(availableParallelism());
  return [...looked, ...(await Promise.all(others.map((look) => limit(look))))];
}

/**
 * The chains of all images of the environment that are made here; one that another goes on from is looked at with that. Existing images
 * are whoever's made them, and need not have a shell to look with.
 */
export function wantedChains({
  images,
  machineImages,
}: Pick<EnvironmentPlan, "images" | "machineImages">): string[][] {
  const all = [...images.chains, ...(machineImages?.local ?? []).map(({ chain }) => chain)].filter(
    ([base = ""]) => images.layers[base]?.image === undefined,
  );
  const texts = [...new Set(all.map(chainId))];
  return texts
    .filter((text) => !texts.some((other) => other.startsWith(`${text}.`)))
    .map((text) => text.split("."));
}

function layerImage(images: readonly { image: string }[]): (layer: string, index: number) => LayerImage {
  return (layer, index) => ({
    layer,
    packages: readInventory(images[index]?.image ?? "")?.contents.packages ?? [],
  });
}

function pinnedSource({ layers }: Configuration, layer: string): string | undefined {
  const from = layers[layer]?.from;
  if (!from || from.mirror) return undefined;
  return `from.${Object.keys(from)[0] ?? ""}`;
}

function pinnedNews(configuration: Configuration, news: readonly News[]): PinnedNews[] {
  return layersOf(news).flatMap((layer) => {
    const source = pinnedSource(configuration, layer);
    if (source === undefined) return [];
    const own = news.filter((each) => each.layer === layer);
    return [{ layer, source, count: own.length, security: own.filter(({ security }) => security).length }];
  });
}

/** What is built and swapped for a layer: `6 layers, 4 fleets`. */
function affectedBy({ fleets }: ImagesPlan, chains: readonly string[][], layer: string): string {
  const stands = (place: string | undefined) => place?.split(".").includes(layer) === true;
  const built = placeLayers(chains).filter(({ id }) => stands(id));
  const swapped = Object.values(fleets).filter(
    ({ image, machineImage }) => stands(image) || stands(machineImage),
  );
  return `${counted(built.length, "layer")}, ${counted(swapped.length, "fleet")}`;
}

function unknownLayer(layer: string, layers: Configuration["layers"]): ConfigurationError {
  const problem = { path: "--layer", expected: "a layer of the project", got: layer };
  return new ConfigurationError([{ ...problem, fix: suggest(layer, Object.keys(layers)) }]);
}
