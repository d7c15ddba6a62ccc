import { suggest } from "../../config/problem.ts";
import type { ReleaseContent } from "../../images/release/release.ts";

/** Something that runs an image. */
export interface RunningImage {
  /** A fleet, an accessory, or the layer of the edge. */
  runs: string;
  /** `sha256:…` of the image or disk. */
  digest: string;
}

/**
 * What runs the images of a release: its fleets, and by their layers the accessories and the edge, whose images nothing stands on.
 * @param wanted places of images that run; default: all.
 */
export function runningImages(
  { images, machineImages, fleets }: ReleaseContent,
  wanted?: ReadonlySet<string>,
): RunningImage[] {
  const isWanted = (place: string) => wanted?.has(place) ?? true;
  const ofFleets = Object.entries(fleets).flatMap(([runs, { image, machineImage }]) => [
    ...(image !== undefined && isWanted(image) ? digestAt(runs, images[image]?.image) : []),
    ...(machineImage !== undefined && isWanted(machineImage)
      ? digestAt(runs, machineImages[machineImage]?.diskDigest)
      : []),
  ]);
  const places = Object.keys(images);
  const used = new Set(Object.values(fleets).flatMap(({ image }) => image ?? []));
  const others = places.filter(
    (place) => !used.has(place) && isWanted(place) && !places.some((each) => each.startsWith(`${place}.`)),
  );
  return [
    ...ofFleets,
    ...others.flatMap((place) => digestAt(place.split(".").at(-1) ?? place, images[place]?.image)),
  ];
}

/** @throws Error where nothing of that name runs an image. */
export function refuseUnknown(release: ReleaseContent, stack: string, name: string): void {
  const known = [...new Set(runningImages(release).map(({ runs }) => runs))];
  if (known.includes(name)) return;
  throw new Error(
    `${name}: expected something that ${stack} runs, got another name; ${suggest(name, known)}`,
  );
}

function digestAt(runs: string, digest: string | undefined): RunningImage[] {
  return digest === undefined ? [] : [{ runs, digest }];
}
