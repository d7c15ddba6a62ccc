import { releaseFile, releasedEnvironments, releaseNumbers, readRelease } from "../images/release/store.ts";
import type { Approved } from "./rules.ts";

/** All images and AMIs that the releases of the project name, their signatures verified. */
export function approvedByReleases(root: string): Approved {
  const releases = releasedEnvironments(root).flatMap((environment) =>
    releaseNumbers(root, environment).map((number) => readRelease(root, releaseFile(environment, number))),
  );
  return {
    images: new Set(releases.flatMap(({ images }) => Object.values(images).map(({ image }) => image))),
    amis: new Set(
      releases.flatMap(({ machineImages }) =>
        Object.values(machineImages).flatMap(({ amis }) => Object.values(amis)),
      ),
    ),
  };
}
