import { canonicalJson, sha256 } from "../plan/digest.ts";

/** One image of a chain, as the engine knows it. */
export interface ChainImage {
  place: string;
  /** Digest of its content: equal on every machine that makes the same, unlike its id, which names the commit too. */
  digest: string;
  /** Digests of its layers' archives, base first. */
  layers: readonly string[];
}

/** One disk of a chain: the base, or its parent with one layer applied. */
export interface DiskStep {
  place: string;
  /** What the disk says it is: the content digest of the image. */
  digest: string;
  /** Layers that go onto it: all of the base's, else one. */
  layers: readonly string[];
  /** Name of all that it is made from, in hexadecimal: the cache finds it by this. */
  key: string;
}

/** What disks are made with beside their layers. */
export interface DiskSettings {
  baseImages: number;
  sizeMiB: number;
  volumes: Readonly<Record<string, string>>;
  sourceDateEpoch: number;
}

/** The version of the code in images/disk that decides how a disk comes out. */
export const diskVersion = "1";

/**
 * The disks of a chain of images, base first. An image that brings no layer of its own needs no disk of its own.
 * @throws Error when an image does not stand on the one before it.
 */
export function planDisks(chain: readonly ChainImage[], settings: DiskSettings): DiskStep[] {
  const { baseImages, sizeMiB, volumes, sourceDateEpoch } = settings;
  const steps: DiskStep[] = [];
  let below: readonly string[] = [];
  for (const { place, digest, layers } of chain.slice(baseImages - 1)) {
    const own = ownLayers(place, below, layers);
    below = layers;
    if (own.length === 0) continue;
    const parent = steps.at(-1)?.key ?? null;
    const made = { diskVersion, parent, layers: own, digest, sizeMiB, volumes, sourceDateEpoch };
    steps.push({ place, digest, layers: own, key: sha256(canonicalJson(made)) });
  }
  return steps;
}

function ownLayers(place: string, below: readonly string[], layers: readonly string[]): readonly string[] {
  const stands = below.every((digest, index) => layers[index] === digest);
  if (!stands || (below.length > 0 && layers.length > below.length + 1))
    throw new Error(
      `image ${place}: expected the layers of the image below it and one more, got others; build the images again`,
    );
  return layers.slice(below.length);
}
