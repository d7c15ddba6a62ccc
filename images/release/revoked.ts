import * as pulumi from "@pulumi/pulumi";
import { ConfigurationError, type Problem } from "../../config/problem.ts";
import type { BoxImage } from "../../plan/BoxImage.ts";
import { digestsBelow } from "../proof/store.ts";
import { releaseFile } from "./folder.ts";
import { releaseName, type Release, type ReleaseContent } from "./release.ts";
import type { Revocation } from "./revocation.ts";
import { standingNumbers } from "./standing.ts";
import { readRelease } from "./store.ts";

/** A place of a release whose image or disk is revoked. */
export interface RevokedPlace {
  place: string;
  revocation: Revocation;
}

/**
 * The revoked images and disks of a release, and the disks that were made from any.
 * @param tops the places of what is to run of it, where that is not all: what these do not stand on is no matter.
 */
export function revokedPlaces(
  root: string,
  { images, machineImages }: Pick<ReleaseContent, "images" | "machineImages">,
  revoked: readonly Revocation[],
  tops?: readonly string[],
): RevokedPlace[] {
  if (revoked.length === 0) return [];
  // A release names all that an image stands on, and of a disk itself alone.
  const digests = [
    ...Object.entries(images).map(([place, { image }]) => [place, [image]] as const),
    ...Object.entries(machineImages).map(
      ([place, { diskDigest: disk }]) => [place, [disk, ...digestsBelow(root, disk)]] as const,
    ),
  ];
  return digests.flatMap(([place, each]) => {
    const revocation = revoked.find(({ digest }) => each.includes(digest));
    return revocation && (tops?.some((top) => standsOn(top, place)) ?? true) ? [{ place, revocation }] : [];
  });
}

/** Whether an image is another, or stands on it, by their places. */
function standsOn(top: string, place: string): boolean {
  return top === place || top.startsWith(`${place}.`);
}

/** The newest release of an environment without anything revoked; undefined: there is none. */
export function newestClean(
  root: string,
  environment: string,
  revoked: readonly Revocation[],
): Release | undefined {
  for (const number of standingNumbers(root, environment).reverse()) {
    const release = readRelease(root, releaseFile(environment, number));
    if (revokedPlaces(root, release, revoked).length === 0) return release;
  }
  return undefined;
}

/** Refuses a release of which these places are to run in a stack. @throws ConfigurationError that proposes a clean one. */
export function refuseRevoked(
  root: string,
  stack: string,
  release: Release,
  tops: readonly string[],
  revoked: readonly Revocation[],
): void {
  const places = revokedPlaces(root, release, revoked, tops);
  if (places.length === 0) return;
  const fix = wayOut(root, stack, release.environment, revoked);
  throw new ConfigurationError(
    places.map((each) => ({ path: `release ${releaseName(release)}`, ...revokedProblem(each), fix })),
  );
}

/** `expected an image that nobody has revoked, got …`. */
function revokedProblem({
  place,
  revocation: { digest, createdAt, ledger },
}: RevokedPlace): Omit<Problem, "path" | "fix"> {
  const why = ledger.reason === undefined ? "" : `: ${ledger.reason}`;
  return {
    expected: `${place} without what was revoked`,
    got: `${digest}, which ${ledger.author} revoked on ${createdAt.slice(0, 10)}${why}`,
  };
}

/** What to run instead: the newest clean release of the stack, else of the one that it takes releases of, else a build. */
export function wayOut(root: string, stack: string, source: string, revoked: readonly Revocation[]): string {
  const own = newestClean(root, stack, revoked);
  if (own) return `npm run rollback -- --stack ${stack} --to ${own.number} takes the newest without it`;
  const other = source === stack ? undefined : newestClean(root, source, revoked);
  if (other)
    return `npm run promote -- --from ${source} --release ${releaseName(other)} --to ${stack} takes the newest without it`;
  return `change what it is made of, and npm run up -- --stack ${source} builds another`;
}

/** The same images, of which none is known to the fleets that is revoked, or stands on one that is. @param fix what to do then. */
export function unrevoked(
  images: ReadonlyMap<string, BoxImage>,
  revoked: readonly Revocation[],
  fix: () => string,
): Map<string, BoxImage> {
  if (revoked.length === 0) return new Map(images);
  return new Map(
    [...images].map(([id, box]) => {
      const below = [...images].filter(([place]) => standsOn(id, place));
      const digests = pulumi.all(
        below.map(([place, { image }]) => image.apply((digest) => [place, digest] as const)),
      );
      const image = pulumi.all([box.image, digests]).apply(([digest, all]) => {
        refuseImages(all, revoked, fix);
        return digest;
      });
      const { inputDigest, services, manifest } = box;
      return [id, { image, inputDigest, services, ...(manifest && { manifest }) }];
    }),
  );
}

function refuseImages(
  images: readonly (readonly [place: string, digest: string])[],
  revoked: readonly Revocation[],
  fix: () => string,
): void {
  for (const [place, digest] of images) {
    const revocation = revoked.find((each) => each.digest === digest);
    if (!revocation) continue;
    const { expected, got } = revokedProblem({ place, revocation });
    throw new pulumi.RunError(
      `image ${place}: expected ${expected}, got ${got}; ${fix()}; no box was started`,
    );
  }
}
