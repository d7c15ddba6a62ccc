import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import type { z } from "zod";
import { ConfigurationError, type Problem } from "../../config/problem.ts";
import { shapeProblems } from "../../config/shape.ts";
import { fetchLedger } from "../ledger/fetch.ts";
import { chainProblem } from "./chain.ts";
import { releaseFile, releasePlace } from "./folder.ts";
import { releaseName, type Release } from "./release.ts";
import { signatureProblem, takeAgain, type Signature } from "./signature.ts";
import { standingNumbers } from "./standing.ts";

/** What a signed file says of its own place. */
type Place = Pick<Release, "environment" | "number">;

/**
 * What a file of the project holds, its signature verified and, in the folder of releases, its place.
 * @throws ConfigurationError when there is none, it is malformed, its signature does not hold, or it stands where it was not recorded.
 */
export function readSigned<T extends Place & { signature: Signature }>(
  root: string,
  file: string,
  schema: z.ZodType<T>,
): Omit<T, "signature"> {
  fetchLedger(root);
  const refuse = (expected: string, got: string, fix = takeAgain) =>
    new ConfigurationError([{ path: file, expected, got, fix }]);
  const full = path.resolve(root, file);
  if (!existsSync(full))
    throw refuse("a release", "no such file", "npm run releases lists those that are here");
  const input = parsedJson(full);
  if (input === undefined) throw refuse("the JSON of a release", "something else, or a part of it");
  const parsed = schema.safeParse(input);
  if (!parsed.success) {
    const problems = shapeProblems(parsed.error.issues, input, schema);
    throw new ConfigurationError(problems.map((each) => ({ ...each, path: `${file}: ${each.path}` })));
  }
  const { signature, ...signed } = parsed.data;
  const problem = signatureProblem(root, signed, signature, input);
  if (problem) throw refuse(problem.expected, problem.got, problem.fix);
  const misplaced = misplacedProblem(root, file, parsed.data);
  if (misplaced) throw new ConfigurationError([misplaced]);
  return signed;
}

/** All entries of a folder of the releases that count, oldest first. @throws ConfigurationError, as {@link readSigned}. */
export function readAllSigned<T extends Place & { signature: Signature }>(
  root: string,
  folder: string,
  schema: z.ZodType<T>,
): Omit<T, "signature">[] {
  return standingNumbers(root, folder).map((number) => readSigned(root, releaseFile(folder, number), schema));
}

/** A file elsewhere, from another account for example, has no place that it could be taken from. */
function misplacedProblem(root: string, file: string, entry: Place): Problem | undefined {
  const place = releasePlace(root, file);
  if (!place) return undefined;
  if (releaseName(place) === releaseName(entry)) return chainProblem(root, place.environment, place.number);
  const wanted = releaseFile(entry.environment, entry.number);
  return {
    path: file,
    expected: `${releaseName(entry)} in ${wanted}`,
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
