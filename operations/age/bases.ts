import type { ReleaseContent } from "../../images/release/release.ts";
import { readInventory } from "../../images/proof/store.ts";
import type { BuildRequest } from "../../plan/buildRequest.ts";
import {
  describeEnd,
  endOfSupport,
  type EndOfSupport,
  type SupportedRelease,
} from "../../plan/distributions/support.ts";

/** A base whose distribution is no longer looked after as it was. */
export interface AgedBase {
  layer: string;
  end: EndOfSupport;
}

/** The bases of what an environment runs, by the inventories of its images as far as this machine has them. */
export function agedBases(release: Partial<ReleaseContent> | undefined, now: Date): AgedBase[] {
  const { images = {}, machineImages = {} } = release ?? {};
  const all = [
    ...Object.entries(images).map(([place, { image }]) => [place, image] as const),
    ...Object.entries(machineImages).map(([place, { diskDigest }]) => [place, diskDigest] as const),
  ];
  // A base says the same as all that stands on it, in fewer words.
  const shortestFirst = [...all].sort(([a], [b]) => a.length - b.length);
  const bases = new Map<string, SupportedRelease>();
  for (const [place, digest] of shortestFirst) {
    const layer = baseOf(place);
    const system = bases.has(layer) ? undefined : systemOf(digest);
    if (system) bases.set(layer, system);
  }
  return ended(bases, now);
}

/** A preview's step of a layer that is built or of an image that is taken. */
interface ImageStep {
  urn: string;
  name: string;
  after: Record<string, unknown>;
}

/** The bases of what a preview's steps build or take; a base of a mirror by its suite, before it is built, too. */
export function agedBasesIn(steps: readonly ImageStep[], now: Date): AgedBase[] {
  const bases = new Map<string, SupportedRelease>();
  for (const { urn, name, after } of steps) {
    if (!/fleet:index:(ImageLayer|ReleasedImage)\$/.test(urn) || typeof after["stdin"] !== "string") continue;
    // All that stands on a base is of one distribution.
    if (bases.has(baseOf(name))) continue;
    const { inputs, image } = JSON.parse(after["stdin"]) as Partial<BuildRequest> & { image?: string };
    const suite = inputs?.from?.mirror?.suite;
    const system =
      suite !== undefined ? { codename: suite } : image === undefined ? undefined : systemOf(image);
    if (system) bases.set(baseOf(name), system);
  }
  return ended(bases, now);
}

/** `base: debian 12 (bookworm): regular support ended on …; name a newer one (layers.base.from)`. */
export function describeBase({ layer, end }: AgedBase): string {
  return `${layer}: ${describeEnd(end)}; name a newer one (layers.${layer}.from)`;
}

function baseOf(place: string): string {
  return place.split(".")[0] ?? place;
}

function systemOf(digest: string): SupportedRelease | undefined {
  const system = readInventory(digest)?.contents.system;
  return system && system.id !== "" ? system : undefined;
}

function ended(bases: ReadonlyMap<string, SupportedRelease>, now: Date): AgedBase[] {
  return [...bases].flatMap(([layer, system]) => {
    const end = endOfSupport(system, now);
    return end ? [{ layer, end }] : [];
  });
}
