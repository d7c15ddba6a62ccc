import { readFileSync, statSync } from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import type { Problem } from "../../config/problem.ts";
import { signedDigest } from "../signing/ended.ts";
import { releaseFile, releaseNumbers } from "./folder.ts";
import { takeAgain } from "./signature.ts";

/** As much of an entry as its place in the chain takes. */
const linkSchema = z.object({
  environment: z.string(),
  number: z.int(),
  ledger: z.object({ predecessor: z.string().optional() }).optional(),
});
type Link = z.output<typeof linkSchema>;

/**
 * Why a release does not stand where it was recorded; undefined where it does: its file's place is the one that it names, and so is that of
 * each one before it, of which each names its predecessor's digest. So whoever signed it vouches for all of them.
 */
export function chainProblem(root: string, environment: string, number: number): Problem | undefined {
  const numbers = releaseNumbers(root, environment).filter((each) => each <= number);
  const entries = numbers.map((each) => readLink(path.join(root, releaseFile(environment, each))));
  for (const find of [placeProblem, linkProblem])
    for (const [index, each] of numbers.entries()) {
      const problem = find({ environment, number: each }, entries[index], entries[index - 1]);
      if (problem) return { path: releaseFile(environment, each), fix: takeAgain, ...problem };
    }
  return undefined;
}

/** The digest that the next release of an environment names. */
export function newestDigest(root: string, environment: string): string | undefined {
  const number = releaseNumbers(root, environment).at(-1);
  return number === undefined
    ? undefined
    : readLink(path.join(root, releaseFile(environment, number)))?.digest;
}

type Mismatch = Pick<Problem, "expected" | "got"> | undefined;
type Place = Pick<Link, "environment" | "number">;

function placeProblem(place: Place, entry: Read | undefined): Mismatch {
  if (!entry) return { expected: "the JSON of a release", got: "something else, or a part of it" };
  const [wanted, got] = [nameOf(place), nameOf(entry.link)];
  return wanted === got ? undefined : { expected: `the release ${wanted}`, got: `${got} in its place` };
}

/** @param previous the one before it that is here; undefined: none. */
function linkProblem(
  { environment, number }: Place,
  entry: Read | undefined,
  previous: Read | undefined,
): Mismatch {
  const ledger = entry?.link.ledger;
  if (!ledger) {
    // Before the ledger nothing was chained; nothing of that time comes after what is.
    if (!previous?.link.ledger) return undefined;
    return { expected: `an entry of the ledger, as ${nameOf(previous.link)} is`, got: "one of before" };
  }
  const { predecessor } = ledger;
  if (predecessor === previous?.digest && (previous || number === 1)) return undefined;
  if (!previous)
    return { expected: `the release ${nameOf({ environment, number: number - 1 })} before it`, got: "none" };
  return {
    expected: `${predecessor ?? "no release"} before it`,
    got: `${nameOf(previous.link)} with the digest ${previous.digest}`,
  };
}

function nameOf({ environment, number }: Place): string {
  return `${environment}/${number}`;
}

interface Read {
  link: Link;
  digest: string;
}

/** What was read, by file and its state: each is read once. */
const known = new Map<string, { state: string; read: Read | undefined }>();

function readLink(file: string): Read | undefined {
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
  if (!stats?.isFile()) return undefined;
  const state = [stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(" ");
  const present = known.get(file);
  if (present?.state === state) return present.read;
  const read = parsedLink(readFileSync(file, "utf8"));
  known.set(file, { state, read });
  return read;
}

function parsedLink(text: string): Read | undefined {
  try {
    const input: unknown = JSON.parse(text);
    return { link: linkSchema.parse(input), digest: signedDigest(input) };
  } catch {
    return undefined;
  }
}
