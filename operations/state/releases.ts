import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { fetchLedger } from "../../images/ledger/fetch.ts";
import { besideEnvironments } from "../../images/release/folder.ts";
import { messageOf } from "../../work/message.ts";

/** A release, as far as the operations read it: they look for what it refers to, whatever its other fields. */
export interface KnownRelease {
  /** `dev/12`. */
  name: string;
  environment: string;
  number: number;
  /** Image ids, digests, AMIs and snapshots that it names. */
  references: string[];
  document: unknown;
}

const reference = /\b(?:sha256:[0-9a-f]{64}|(?:ami|snap)-[0-9a-f]{8,17})\b/g;

/** All releases below the folder `releases` (`<environment>/<number>.json`), the newest of each environment first. */
export function readReleases(root: string): KnownRelease[] {
  fetchLedger(root);
  return readReleasesHere(root);
}

/** The same as a clone has them now, with nothing fetched: of another one, whose ledger may be out of reach. */
export function readReleasesHere(root: string): KnownRelease[] {
  const folder = path.join(root, "releases");
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !besideEnvironments.includes(entry.name))
    .flatMap(({ name }) => releasesOf(path.join(folder, name), name));
}

function releasesOf(folder: string, environment: string): KnownRelease[] {
  return readdirSync(folder)
    .flatMap((file) => {
      const number = /^(\d+)\.json$/.exec(file)?.[1];
      return number === undefined ? [] : [readRelease(path.join(folder, file), environment, Number(number))];
    })
    .sort((a, b) => b.number - a.number);
}

function readRelease(file: string, environment: string, number: number): KnownRelease {
  const text = readFileSync(file, "utf8");
  try {
    const document = JSON.parse(text) as unknown;
    const references = [...new Set(text.match(reference) ?? [])].sort();
    return { name: `${environment}/${number}`, environment, number, references, document };
  } catch (error) {
    const reason = messageOf(error);
    throw new Error(`${file}: expected JSON, got a fault: ${reason}; restore the file from git`, {
      cause: error,
    });
  }
}

/** The releases that have every image that runs, newest first; none while nothing runs. */
export function runningReleases(releases: readonly KnownRelease[], images: readonly string[]): string[] {
  if (images.length === 0) return [];
  return releases
    .filter(({ references }) => images.every((image) => references.includes(image)))
    .map(({ name }) => name);
}
