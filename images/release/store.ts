import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { ConfigurationError } from "../../config/problem.ts";
import { shapeProblems } from "../../config/shape.ts";
import { fetchLedger } from "../ledger/fetch.ts";
import { createWhole } from "../../work/wholeFile.ts";
import { chainProblem, newestDigest } from "./chain.ts";
import { signedSchema, type LedgerEntry, type Recorder } from "./entry.ts";
import { releasePlace, releaseFile, releaseNumbers } from "./folder.ts";
import { recorderOf } from "./recorder.ts";
import { releaseName, releaseSchema, sameContent, type Release, type ReleaseContent } from "./release.ts";
import { signatureProblem, takeAgain, signValue } from "./signature.ts";

/**
 * The release in a file of the project, its signature verified and, in the folder of releases, its place.
 * @throws ConfigurationError when there is none, it is malformed, its signature does not hold, or it stands where it was not recorded.
 */
export function readRelease(root: string, file: string): Release {
  return readEntry(root, file).release;
}

/** The same with what the ledger says of it. @throws ConfigurationError, as readRelease. */
export function readEntry(root: string, file: string): LedgerEntry {
  fetchLedger(root);
  const refuse = (expected: string, got: string, fix = takeAgain) =>
    new ConfigurationError([{ path: file, expected, got, fix }]);
  const full = path.resolve(root, file);
  if (!existsSync(full))
    throw refuse("a release", "no such file", "npm run releases lists those that are here");
  const input = parsedJson(full);
  if (input === undefined) throw refuse("the JSON of a release", "something else, or a part of it");
  const parsed = signedSchema.safeParse(input);
  if (!parsed.success) {
    const problems = shapeProblems(parsed.error.issues, input, signedSchema);
    throw new ConfigurationError(problems.map((each) => ({ ...each, path: `${file}: ${each.path}` })));
  }
  const { signature, ...signed } = parsed.data;
  const problem = signatureProblem(root, signed, signature);
  if (problem) throw refuse(problem.expected, problem.got, problem.fix);
  const misplaced = misplacedProblem(root, file, signed);
  if (misplaced) throw new ConfigurationError([misplaced]);
  const { ledger, ...release } = signed;
  return { release, ...(ledger && { ledger }) };
}

/** A file elsewhere, from another account for example, has no place that it could be taken from. */
function misplacedProblem(root: string, file: string, release: Pick<Release, "environment" | "number">) {
  const place = releasePlace(root, file);
  if (!place) return undefined;
  if (releaseName(place) === releaseName(release)) return chainProblem(root, place.environment, place.number);
  const wanted = releaseFile(release.environment, release.number);
  return {
    path: file,
    expected: `${releaseName(release)} in ${wanted}`,
    got: "it here",
    fix: "remove this file",
  };
}

/** What a file holds; undefined when it is no JSON. */
function parsedJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** The newest release of an environment; undefined when it has none. */
export function newestRelease(root: string, environment: string): Release | undefined {
  const number = releaseNumbers(root, environment).at(-1);
  return number === undefined ? undefined : readRelease(root, releaseFile(environment, number));
}

/** The number under which an environment's content is or will be recorded: a new one only when something changed. */
export function numberFor(root: string, environment: string, content: ReleaseContent): number {
  const newest = newestRelease(root, environment);
  if (newest === undefined) return 1;
  return sameContent(newest, content) ? newest.number : newest.number + 1;
}

/** A release as its environment's next entry, signed. @throws Error where its number is not the next. */
export function signedEntry(root: string, release: Release, recorder: Recorder): string {
  const { environment, number } = release;
  const next = (releaseNumbers(root, environment).at(-1) ?? 0) + 1;
  if (number !== next)
    throw new Error(
      `${releaseFile(environment, number)}: expected a new file for ${environment}/${next}, the next, got ${releaseName(release)}; did another clone record it?`,
    );
  const predecessor = newestDigest(root, environment);
  const ledger = { ...recorder, ...(predecessor !== undefined && { predecessor }) };
  const plain = { ...releaseSchema.parse(release), ledger };
  return `${JSON.stringify({ ...plain, signature: signValue(root, plain) }, null, 2)}\n`;
}

/** Signs and writes a release into the clone's folder, after all others of its environment; never over another. */
export function writeRelease(root: string, release: Release, recorder = recorderOf(root)): string {
  const file = releaseFile(release.environment, release.number);
  if (createWhole(path.join(root, file), signedEntry(root, release, recorder))) return file;
  throw new Error(
    `${file}: expected a new file for ${releaseName(release)}, got one that is there; did another clone record it?`,
  );
}
