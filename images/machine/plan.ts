import { canonicalJson, sha256 } from "../../plan/digest.ts";

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
  /** Mount path to device: those of the fleet on the uppermost disk, none below, so that fleets share what they stand on. */
  volumes: Readonly<Record<string, string>>;
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
  const { baseImages, sizeMiB, sourceDateEpoch } = settings;
  const images = withLayers(chain.slice(baseImages - 1));
  const steps: DiskStep[] = [];
  for (const [index, image] of images.entries()) {
    const { digest, layers } = image;
    const volumes = index === images.length - 1 ? settings.volumes : {};
    const parent = steps.at(-1)?.key ?? null;
    const made = { diskVersion, parent, layers, digest, sizeMiB, volumes, sourceDateEpoch };
    steps.push({ ...image, volumes, key: sha256(canonicalJson(made)) });
  }
  return steps;
}

/** The images that bring layers of their own, each with no others. */
function withLayers(chain: readonly ChainImage[]): ChainImage[] {
  let below: readonly string[] = [];
  return chain.flatMap(({ place, digest, layers }) => {
    const own = ownLayers(place, below, layers);
    below = layers;
    return own.length === 0 ? [] : [{ place, digest, layers: own }];
  });
}

function ownLayers(place: string, below: readonly string[], layers: readonly string[]): readonly string[] {
  const stands = below.every((digest, index) => layers[index] === digest);
  if (!stands || (below.length > 0 && layers.length > below.length + 1))
    throw new Error(
      `image ${place}: expected the layers of the image below it and one more, got others; build the images again`,
    );
  return layers.slice(below.length);
}
