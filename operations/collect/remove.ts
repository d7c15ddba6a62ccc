import { rmSync } from "node:fs";
import { owner } from "../../config/owner.ts";
import { claimantOf } from "../../engine/claim.ts";
import { withEngine } from "../../engine/connection.ts";
import { localEngine, type DockerClient } from "../../engine/DockerClient.ts";
import { inspectImage } from "../../engine/images.ts";
import { namedSince, type NamedImage } from "./engineItems.ts";
import type { Item } from "./item.ts";
import { removeManifest } from "./registry.ts";
import type { Removal } from "./text.ts";
import { messageOf } from "../../work/message.ts";

/** Removes one thing, never by force: what has come into use since the plan is refused by the engine, and stays. */
export async function removeItem(item: Item, engine: DockerClient = localEngine): Promise<void> {
  const { kind, id, region = "" } = item;
  if (kind === "container") await engine.run(["rm", "--volumes=false", id]);
  else if (kind === "image") await removeImage(item, engine);
  else if (kind === "cache") await engine.run(["volume", "rm", id]);
  else if (kind === "name") await removeName(item, engine);
  else if (kind === "ami" || kind === "snapshot" || kind === "mark")
    // AWS's client is loaded only where it is needed.
    await (await import("./account.ts")).removeFromAccount(item);
  else if (kind === "manifest") await removeManifest(region, id);
  else rmSync(id, { recursive: true, force: true });
}

/** By its names: the engine refuses an id that has several. It refuses only the last one of an image in use, so that is asked first. */
async function removeImage(item: Item, engine: DockerClient): Promise<void> {
  const { id } = item;
  const image = await inspectImage(id, engine);
  if (!image) return;
  const using = await engine.lines(["ps", "--all", "--quiet", "--filter", `ancestor=${id}`]);
  if (using.length > 0) throw new Error("a container has come to use it");
  const tags = image.RepoTags ?? [];
  // Another clone may have found it since the plan, and is about to run it.
  const others = tags.flatMap((tag) => claimantOf(tag) ?? []).filter((each) => each !== owner());
  if (others.length > 0) throw new Error("somebody else has come to use it");
  refuseNewUse(item, image);
  for (const name of tags.length > 0 ? tags : [id]) await engine.run(["image", "rm", "--no-prune", name]);
}

/** A name by which an image that is somebody else's too is ours. */
async function removeName(item: Item, engine: DockerClient): Promise<void> {
  const image = await inspectImage(item.id, engine);
  if (!image) return;
  refuseNewUse(item, image);
  await engine.run(["image", "rm", "--no-prune", item.id]);
}

/** An update of this clone's own may have found it since the plan, too: whatever finds an image names it anew. */
function refuseNewUse({ lastUsed }: Item, image: NamedImage): void {
  if (namedSince(image, lastUsed)) throw new Error("an update has come to use it");
}

/** What a later plan removes too, of each place. */
export function inBoth(earlier: readonly Removal[], later: readonly Removal[]): Removal[] {
  const idOf = ({ kind, id, region }: Item) => `${kind} ${region ?? ""} ${id}`;
  return earlier.map(({ engine, items }) => {
    const place = later.find((each) => each.engine?.name === engine?.name);
    const still = new Set(place?.items.map(idOf));
    return { engine, items: items.filter((item) => still.has(idOf(item))) };
  });
}

/** Removes what can be removed; what has come into use meanwhile is told, and is no failure of the others. @returns what went. */
export async function removeAll(removals: readonly Removal[], tell: (line: string) => void): Promise<Item[]> {
  const removed: Item[] = [];
  const stays = (what: string, error: unknown) => {
    const [reason = ""] = messageOf(error).trim().split("\n").slice(-1);
    tell(`${what}: stays: ${reason}`);
  };
  for (const { engine, items } of removals) {
    if (items.length === 0) continue;
    const work = async (client: DockerClient) => {
      for (const item of items)
        await removeItem(item, client).then(
          () => removed.push(item),
          (error: unknown) => {
            stays(`${item.kind} ${item.name}`, error);
          },
        );
    };
    await withEngine(engine, work).catch((error: unknown) => {
      stays(`engine ${engine?.name ?? "of this machine"}`, error);
    });
  }
  return removed;
}
