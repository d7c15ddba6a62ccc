import { rmSync } from "node:fs";
import { onEngine } from "../../engine/connection.ts";
import { runDocker } from "../../engine/containers.ts";
import { inspectImage } from "../../engine/docker.ts";
import type { Item } from "./item.ts";
import { removeManifest } from "./registry.ts";
import type { Removal } from "./text.ts";

/** Removes one thing, never by force: what has come into use since the plan is refused by the engine, and stays. */
export async function removeItem(item: Item): Promise<void> {
  const { kind, id, region = "" } = item;
  if (kind === "container") await runDocker(["rm", "--volumes=false", id]);
  else if (kind === "image") await removeImage(id);
  else if (kind === "name") await runDocker(["image", "rm", "--no-prune", id]);
  else if (kind === "ami" || kind === "snapshot" || kind === "mark")
    // AWS's client is loaded only where it is needed.
    await (await import("./account.ts")).removeFromAccount(item);
  else if (kind === "manifest") await removeManifest(region, id);
  else rmSync(id, { recursive: true, force: true });
}

/** By its names: the engine refuses an id that has several. It refuses only the last one of an image in use, so that is asked first. */
async function removeImage(id: string): Promise<void> {
  const image = (await inspectImage(id)) as { RepoTags?: string[] | null } | undefined;
  if (!image) return;
  const using = await runDocker(["ps", "--all", "--quiet", "--filter", `ancestor=${id}`]);
  if (using.stdout !== "") throw new Error("a container has come to use it");
  const tags = image.RepoTags ?? [];
  for (const name of tags.length > 0 ? tags : [id]) await runDocker(["image", "rm", "--no-prune", name]);
}

/** Removes what can be removed; what has come into use meanwhile is told, and is no failure of the others. @returns what went. */
export async function removeAll(removals: readonly Removal[], tell: (line: string) => void): Promise<Item[]> {
  const removed: Item[] = [];
  const stays = (what: string, error: unknown) => {
    const [reason = ""] = (error instanceof Error ? error.message : String(error))
      .trim()
      .split("\n")
      .slice(-1);
    tell(`${what}: stays: ${reason}`);
  };
  for (const { engine, items } of removals) {
    if (items.length === 0) continue;
    const work = async () => {
      for (const item of items)
        await removeItem(item).then(
          () => removed.push(item),
          (error: unknown) => {
            stays(`${item.kind} ${item.name}`, error);
          },
        );
    };
    await onEngine(engine, work).catch((error: unknown) => {
      stays(`engine ${engine?.name ?? "of this machine"}`, error);
    });
  }
  return removed;
}
