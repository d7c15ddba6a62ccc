import type { ReleaseContent } from "./release.ts";

/** One image that two releases do not have in common. */
export interface ReleaseDifference {
  kind: "image" | "machine image";
  /** Its place: base.python.catalog. */
  place: string;
  before?: string;
  after?: string;
  /** Fleets that run it. */
  fleets: string[];
}

/**
 * Which images differ between what runs (undefined: nothing) and what shall run. Images that only others stand on are left
 * out: an environment that takes a release does not have them.
 */
export function releaseDifferences(
  before: ReleaseContent | undefined,
  after: ReleaseContent,
): ReleaseDifference[] {
  const image = (content?: ReleaseContent) =>
    Object.entries(content ? runImages(content) : {}).map(([place, each]) => [place, each.image] as const);
  const disk = (content?: ReleaseContent) =>
    Object.entries(content?.machineImages ?? {}).map(([place, each]) => [place, each.diskDigest] as const);
  return [
    ...changes("image", image(before), image(after)),
    ...changes("machine image", disk(before), disk(after)),
  ].map((change) => ({ ...change, fleets: fleetsOf(after, change) }));
}

function runImages({ images, fleets }: ReleaseContent): ReleaseContent["images"] {
  const places = Object.keys(images);
  const used = Object.values(fleets).map(({ image }) => image);
  return Object.fromEntries(
    Object.entries(images).filter(
      ([place]) => used.includes(place) || !places.some((other) => other.startsWith(`${place}.`)),
    ),
  );
}

type Digests = (readonly [place: string, digest: string])[];

function changes(
  kind: ReleaseDifference["kind"],
  before: Digests,
  after: Digests,
): Omit<ReleaseDifference, "fleets">[] {
  const old = new Map(before);
  const now = new Map(after);
  const places = [...new Set([...old.keys(), ...now.keys()])].sort();
  return places.flatMap((place) => {
    const [was, is] = [old.get(place), now.get(place)];
    if (was === is) return [];
    return [
      { kind, place, ...(was !== undefined && { before: was }), ...(is !== undefined && { after: is }) },
    ];
  });
}

function fleetsOf({ fleets }: ReleaseContent, { kind, place }: Omit<ReleaseDifference, "fleets">): string[] {
  const key = kind === "image" ? "image" : "machineImage";
  return Object.entries(fleets)
    .filter(([, fleet]) => fleet[key] === place)
    .map(([name]) => name);
}

/** `~ base.python.catalog  783ce4becace → 25ae69e199e3  swaps catalog`, a line for each difference. */
export function describeDifferences(list: readonly ReleaseDifference[]): string[] {
  return list.map(({ place, before, after, fleets }) => {
    const sign = before === undefined ? "+" : after === undefined ? "-" : "~";
    const digests = [before, after].filter((each) => each !== undefined).map(shortDigest);
    const swaps = fleets.length > 0 ? `  swaps ${fleets.join(", ")}` : "";
    return `${sign} ${place}  ${digests.join(" → ")}${swaps}`;
  });
}

/** The first 12 digits, as docker shows them. */
function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, "").slice(0, 12);
}
