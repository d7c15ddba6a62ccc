import { digestsBelow } from "../images/proof/store.ts";
import { releaseFile, releasedEnvironments } from "../images/release/folder.ts";
import { revocations } from "../images/release/revocation.ts";
import { standingNumbers } from "../images/release/standing.ts";
import { readRelease } from "../images/release/store.ts";
import type { Approved } from "./rules.ts";

/**
 * Whether only images of releases are approved, by the variable APPROVED_ONLY: `true` where releases are taken; absent for a stack that
 * builds, which makes images that no release names yet. Whatever else but `false` it says counts as true: a slip approves nothing.
 */
export function approvedOnly(value = ""): boolean {
  return value !== "" && value !== "false";
}

/** All images and AMIs that the releases of the project name, their signatures verified, but for what is revoked. */
export function approvedByReleases(root: string): Approved {
  const revoked = new Set(revocations(root).map(({ digest }) => digest));
  const releases = releasedEnvironments(root).flatMap((environment) =>
    standingNumbers(root, environment).map((number) => readRelease(root, releaseFile(environment, number))),
  );
  return {
    images: new Set(
      releases
        .flatMap(({ images }) => Object.values(images).map(({ image }) => image))
        .filter((each) => !revoked.has(each)),
    ),
    amis: new Set(
      releases.flatMap(({ machineImages }) =>
        Object.values(machineImages).flatMap(({ amis, diskDigest }) =>
          [diskDigest, ...digestsBelow(root, diskDigest)].some((each) => revoked.has(each))
            ? []
            : Object.values(amis),
        ),
      ),
    ),
  };
}
