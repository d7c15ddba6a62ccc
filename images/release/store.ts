import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { ConfigurationError } from "../../config/problem.ts";
import { shapeProblems } from "../../config/shape.ts";
import { createWhole } from "../../work/wholeFile.ts";
import { releaseName, releaseSchema, sameContent, type Release, type ReleaseContent } from "./release.ts";
import { signatureProblem, takeAgain, signatureSchema, signValue } from "./signature.ts";

/** The folder of the releases, in the project: `releases/<environment>/<number>.json`. */
const releasesFolder = "releases";

const signedSchema = releaseSchema.extend({ signature: signatureSchema });

/** The file of a release, in the project. */
export function releaseFile(environment: string, number: number): string {
  return `${releasesFolder}/${environment}/${number}.json`;
}

/** The numbers of an environment's releases, oldest first. */
export function releaseNumbers(root: string, environment: string): number[] {
  const folder = path.join(root, releasesFolder, environment);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((file) => /^([1-9]\d*)\.json$/.exec(file)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/** Names of the environments that have releases. */
export function releasedEnvironments(root: string): string[] {
  const folder = path.join(root, releasesFolder);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => releaseNumbers(root, name).length > 0);
}

/**
 * The release in a file of the project, its signature verified.
 * @throws ConfigurationError when there is none, it is malformed, or its signature does not hold.
 */
export function readRelease(root: string, file: string): Release {
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
  const { signature, ...release } = parsed.data;
  const problem = signatureProblem(root, release, signature);
  if (problem) throw refuse(problem.expected, problem.got, problem.fix);
  return release;
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

/** Signs and writes a release; never over another. */
export function writeRelease(root: string, release: Release): string {
  const file = releaseFile(release.environment, release.number);
  const plain = releaseSchema.parse(release);
  const signed = { ...plain, signature: signValue(root, plain) };
  const full = path.join(root, file);
  if (createWhole(full, `${JSON.stringify(signed, null, 2)}\n`)) return file;
  throw new Error(
    `${file}: expected a new file for ${releaseName(release)}, got one that is there; did another clone record it?`,
  );
}
