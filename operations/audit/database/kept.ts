import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { sha256 } from "../../../plan/digest.ts";
import { cacheFolder, cachePath } from "../../../work/cache.ts";
import { keepFolder } from "../../../work/wholeFolder.ts";
import type { Advisories, Advisory } from "./Advisory.ts";

/** What is read of databases; another one is read from them anew. */
const readingVersion = "1";
const indexName = "index.json";
const indexSchema = z.record(z.string(), z.object({ file: z.string(), digest: z.string() }));
type Index = z.output<typeof indexSchema>;

/** Keeps what was read of a database in the cache, by the database's digest, a file for each distribution. */
export function keepAdvisories(digest: string, advisories: Advisories): void {
  const partial = mkdtempSync(path.join(cacheFolder("work"), "advisories-"));
  try {
    const index: Index = {};
    for (const [distribution, packages] of Object.entries(advisories)) {
      const [text, file] = [JSON.stringify(packages), `${distribution.replace(" ", "-")}.json`];
      writeFileSync(path.join(partial, file), text);
      index[distribution] = { file, digest: sha256(text) };
    }
    writeFileSync(path.join(partial, indexName), JSON.stringify(index));
    keepFolder(partial, folderOf(digest));
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** Whether the cache has what was read of a database of that digest. */
export function hasAdvisories(digest: string): boolean {
  const index = readIndex(digest);
  return index !== undefined && Object.values(index).every((entry) => readKept(digest, entry) !== undefined);
}

/**
 * The advisories of a database on the packages of a distribution, of a version such as `12` or, for `9.4`, of `9`; undefined where
 * it says nothing of it, or is not in the cache whole: ask `hasAdvisories` before.
 */
export function keptAdvisories(
  digest: string,
  { id, version }: { id: string; version: string },
): Record<string, Advisory[]> | undefined {
  const names = [version, version.replace(/\..*$/, "")].map((each) => `${id} ${each}`);
  const index = readIndex(digest) ?? {};
  const name = names.find((each) => Object.hasOwn(index, each));
  const text = name === undefined ? undefined : readKept(digest, index[name]);
  return text === undefined ? undefined : (JSON.parse(text) as Record<string, Advisory[]>);
}

/** The text of a distribution's file; undefined where it is not the one that was written. */
function readKept(digest: string, entry: Index[string] | undefined): string | undefined {
  const file = path.join(folderOf(digest), entry?.file ?? "");
  if (!entry || !existsSync(file)) return undefined;
  const text = readFileSync(file, "utf8");
  return sha256(text) === entry.digest ? text : undefined;
}

function readIndex(digest: string): Index | undefined {
  const file = path.join(folderOf(digest), indexName);
  if (!existsSync(file)) return undefined;
  try {
    return indexSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    // What is not whole is as if it were not there: it is read from the database again.
    return undefined;
  }
}

function folderOf(digest: string): string {
  return cachePath("advisories", `${digest.replace("sha256:", "")}-${readingVersion}`);
}
