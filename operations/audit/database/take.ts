import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import * as path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import type { AdvisoryDatabase } from "../../../config/advisories.ts";
import { canonicalJson, digestFiles, sha256 } from "../../../plan/digest.ts";
import { cacheFolder } from "../../../work/cache.ts";
import { messageOf } from "../../../work/message.ts";
import { hasAdvisories, keepAdvisories } from "./kept.ts";
import { parseDatabase } from "./parse.ts";

/** The whole of Debian's in OSV is some 100 MB. */
const fetchMilliseconds = 20 * 60_000;

/**
 * Takes a database from where the configuration says, and keeps what it says in the cache.
 * @returns its digest (`sha256:…`).
 * @throws Error, as `path: expected …, got …; fix`, where it cannot be had or is another document than its format says.
 */
export async function takeDatabase(root: string, name: string, database: AdvisoryDatabase): Promise<string> {
  const folder = mkdtempSync(path.join(cacheFolder("work"), "database-"));
  try {
    const place = database.url === undefined ? placeOf(root, name, database) : path.join(folder, "fetched");
    if (database.url !== undefined) await fetchTo(database.url, place, `advisories.${name}.url`);
    const digest = await digestOf(place);
    if (!hasAdvisories(digest)) keepAdvisories(digest, parsed(place, name, database));
    return digest;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function placeOf(root: string, name: string, { path: given = "" }: AdvisoryDatabase): string {
  const place = path.resolve(root, given);
  if (existsSync(place)) return place;
  throw new Error(
    `advisories.${name}.path: expected a file or folder, got ${given}, which is not there; correct it`,
  );
}

async function fetchTo(url: string, file: string, at: string): Promise<void> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(fetchMilliseconds) });
    if (!answer.ok || !answer.body) throw new Error(`status ${answer.status}`);
    await pipeline(Readable.fromWeb(answer.body), createWriteStream(file));
  } catch (error) {
    const { cause } = error as Error;
    const reason = cause === undefined ? messageOf(error) : `${messageOf(error)} (${messageOf(cause)})`;
    throw new Error(
      `${at}: expected a database at ${url}, got ${reason}; see that it can be reached, or name a path`,
      {
        cause: error,
      },
    );
  }
}

async function digestOf(place: string): Promise<string> {
  if (statSync(place).isDirectory()) return `sha256:${sha256(canonicalJson(digestFiles(place, ["."])))}`;
  const hash = createHash("sha256");
  await pipeline(createReadStream(place), hash);
  return `sha256:${hash.digest("hex")}`;
}

function parsed(place: string, name: string, database: AdvisoryDatabase) {
  try {
    return parseDatabase(place, database);
  } catch (error) {
    const reason = error instanceof z.ZodError ? "a document of another form" : messageOf(error);
    throw new Error(
      `advisories.${name}: expected a database of the format ${database.format}, got ${reason}; correct the format, or where it is`,
      { cause: error },
    );
  }
}
