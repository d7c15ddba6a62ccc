import * as path from "node:path";
import { createWhole } from "../../work/wholeFile.ts";
import { newestDigest } from "./chain.ts";
import { signedSchema, type LedgerEntry, type Recorder } from "./entry.ts";
import { releaseFile } from "./folder.ts";
import { readSigned } from "./read.ts";
import { recorderOf } from "./recorder.ts";
import { releaseName, releaseSchema, sameContent, type Release, type ReleaseContent } from "./release.ts";
import { signValue } from "./signature.ts";
import { nextNumber, standingNumbers } from "./standing.ts";

/**
 * The release in a file of the project, its signature verified and, in the folder of releases, its place.
 * @throws ConfigurationError when there is none, it is malformed, its signature does not hold, or it stands where it was not recorded.
 */
export function readRelease(root: string, file: string): Release {
  return readEntry(root, file).release;
}

/** The same with what the ledger says of it. @throws ConfigurationError, as readRelease. */
export function readEntry(root: string, file: string): LedgerEntry {
  const { ledger, ...release } = readSigned(root, file, signedSchema);
  return { release, ...(ledger && { ledger }) };
}

/** The newest release of an environment that counts; undefined when it has none. */
export function newestRelease(root: string, environment: string): Release | undefined {
  const number = standingNumbers(root, environment).at(-1);
  return number === undefined ? undefined : readRelease(root, releaseFile(environment, number));
}

/** The number under which an environment's content is or will be recorded: a new one only when something changed. */
export function numberFor(root: string, environment: string, content: ReleaseContent): number {
  const newest = newestRelease(root, environment);
  return newest && sameContent(newest, content) ? newest.number : nextNumber(root, environment);
}

/** A release as its environment's next entry, signed. @throws Error where its number is not the next. */
export function signedEntry(root: string, release: Release, recorder: Recorder): Promise<string> {
  return signedNext(root, release, releaseSchema.parse(release), recorder);
}

/** Anything as the next entry of its place, signed. @throws Error where its number is not the next. */
export async function signedNext(
  root: string,
  { environment, number }: Pick<Release, "environment" | "number">,
  content: object,
  recorder: Recorder,
): Promise<string> {
  const next = nextNumber(root, environment);
  if (number !== next)
    throw new Error(
      `${releaseFile(environment, number)}: expected a new file for ${environment}/${next}, the next, got ${environment}/${number}; did another clone record it?`,
    );
  const predecessor = newestDigest(root, environment);
  const ledger = { ...recorder, ...(predecessor !== undefined && { predecessor }) };
  const plain = { ...content, ledger };
  return `${JSON.stringify({ ...plain, signature: await signValue(root, plain) }, null, 2)}\n`;
}

/** Signs and writes a release into the clone's folder, after all others of its environment; never over another. */
export async function writeRelease(
  root: string,
  release: Release,
  recorder = recorderOf(root),
): Promise<string> {
  const file = releaseFile(release.environment, release.number);
  if (createWhole(path.join(root, file), await signedEntry(root, release, recorder))) return file;
  throw new Error(
    `${file}: expected a new file for ${releaseName(release)}, got one that is there; did another clone record it?`,
  );
}
