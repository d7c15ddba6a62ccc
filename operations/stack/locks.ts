import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import * as path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { z } from "zod";
import { projectName } from "./projectName.ts";
import type { StackLock } from "./lockHolder.ts";

const lockSchema = z.object({
  pid: z.int(),
  username: z.string(),
  hostname: z.string(),
  timestamp: z.iso.datetime({ offset: true }),
});

/** The locks of a stack, without those that nobody has, which go; undefined where its backend is in no folder, and does not tell. */
export async function locksOf(stack: Stack): Promise<StackLock[] | undefined> {
  const states = await stateFolderOf(stack);
  if (states === undefined) return undefined;
  removeUnfinished(states, stack.name);
  return locksIn(states, stack.name);
}

/** The folder of states that a stack's is in; undefined where it is in no folder. */
export async function stateFolderOf(stack: Stack): Promise<string | undefined> {
  const { url } = await stack.workspace.whoAmI();
  if (!url?.startsWith("file:///")) return undefined;
  const place = new URL(url);
  place.search = "";
  return fileURLToPath(place);
}

/** The locks of a stack of this project in a folder of states. */
export function locksIn(states: string, stackName: string): StackLock[] {
  const locks = lockFolder(states, stackName);
  if (!existsSync(locks)) return [];
  const files = readdirSync(locks).filter((name) => name.endsWith(".json"));
  return files.map((name) => lockIn(path.join(locks, name)));
}

/** What Pulumi's backend of files calls a lock until all of it is written (gocloud.dev/blob/fileblob). */
const unfinished = /\.json\.[0-9a-f]+\.tmp$/;

/** How long writing one takes at most. Whose is taken away later than that does not get his lock, and says so. */
export const writingMilliseconds = 1_000;

/**
 * Removes the locks of a stack that nobody has, since a full disk or a kill ended their writing: engines take them for locks, and cannot
 * read them. @returns whether there were any.
 */
export function removeUnfinished(states: string, stackName: string): boolean {
  const locks = lockFolder(states, stackName);
  if (!existsSync(locks)) return false;
  const files = readdirSync(locks)
    .filter((name) => unfinished.test(name))
    .map((name) => path.join(locks, name))
    .filter(
      (file) =>
        Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) > writingMilliseconds,
    );
  for (const file of files) {
    rmSync(file, { force: true });
    process.stderr.write(`removed ${file}, a lock of which not all was written; going on\n`);
  }
  return files.length > 0;
}

/** Where they are, or would be. */
export function lockFolder(states: string, stackName: string): string {
  return path.join(states, ".pulumi/locks/organization", projectName, stackName);
}

function lockIn(file: string): StackLock {
  try {
    const { pid, username, hostname, timestamp } = lockSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    const url = pathToFileURL(file).href;
    return { file, holder: { url, pid, user: username, host: hostname, since: new Date(timestamp) } };
  } catch {
    return { file, holder: undefined };
  }
}
