import * as path from "node:path";
import { ConfigurationError } from "../../config/problem.ts";
import type { Environment } from "../../config/schema.ts";
import type { Release, ReleaseContent } from "./release.ts";
import { releaseFile } from "./folder.ts";
import { newestRelease, readRelease } from "./store.ts";

/** What a stack says of the release that it takes; neither: it builds. */
export type Selection = Pick<Environment, "release" | "promoteFrom">;

/**
 * The release that a stack takes, verified; undefined for a stack that builds.
 * @throws ConfigurationError when it is not there, or not as it was signed.
 */
export function selectedRelease(root: string, { release, promoteFrom }: Selection): Release | undefined {
  if (release !== undefined) return readRelease(root, selectedFile(release, promoteFrom));
  if (promoteFrom === undefined) return undefined;
  const newest = newestRelease(root, promoteFrom);
  if (newest) return newest;
  throw new ConfigurationError([
    {
      path: "environment.promoteFrom",
      expected: `an environment that has a release`,
      got: promoteFrom,
      fix: `npm run up -- --stack ${promoteFrom} records one`,
    },
  ]);
}

/** `dev/3` and (beside promoteFrom) `3` name a file of releases/; anything else is a path in the project. */
function selectedFile(release: string | number, promoteFrom: string | undefined): string {
  const [, environment = promoteFrom, number] = /^(?:([a-z][a-z0-9-]*)\/)?(\d+)$/.exec(String(release)) ?? [];
  if (number !== undefined && environment !== undefined) return releaseFile(environment, Number(number));
  return path.normalize(String(release));
}

/** What is wrong when a release lacks an image that is wanted. */
export function missingImages(
  content: ReleaseContent,
  kind: "images" | "machineImages",
  wanted: readonly string[],
  name: string,
): ConfigurationError | undefined {
  const known = Object.keys(content[kind]);
  const missing = [...new Set(wanted)].filter((id) => !known.includes(id));
  if (missing.length === 0) return undefined;
  const noun = kind === "images" ? "an image" : "a machine image";
  return new ConfigurationError(
    missing.map((id) => ({
      path: `release ${name}`,
      expected: `${noun} ${id}`,
      got: known.length > 0 ? `only ${known.join(", ")}` : "none at all",
      fix: "take a release of an environment that runs the same fleets from the same layers",
    })),
  );
}
