import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { z } from "zod";
import { projectName } from "./stack.ts";
import type { StackLock } from "./lockHolder.ts";

const lockSchema = z.object({
  pid: z.int(),
  username: z.string(),
  hostname: z.string(),
  timestamp: z.iso.datetime({ offset: true }),
});

/** The locks of a stack; undefined where its backend is in no folder, and does not tell. */
export async function locksOf(stack: Stack): Promise<StackLock[] | undefined> {
  const states = await stateFolderOf(stack);
  return states === undefined ? undefined : locksIn(states, stack.name);
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
