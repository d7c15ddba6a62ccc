import { rmSync } from "node:fs";
import { docker, inspectImage } from "../../engine/docker.ts";
import type { Item } from "./item.ts";
import { removeManifest } from "./registry.ts";

/** Removes one thing, never by force: what has come into use since the plan is refused by the engine, and stays. */
export async function removeItem({ kind, id, region = "" }: Item): Promise<void> {
  if (kind === "container") await docker(["rm", "--volumes=false", id]);
  else if (kind === "image") await removeImage(id);
  else if (kind === "ami" || kind === "snapshot")
    // AWS's client is loaded only where it is needed.
    await (await import("./account.ts")).removeFromAccount(kind, id, region);
  else if (kind === "manifest") await removeManifest(region, id);
  else rmSync(id, { recursive: true, force: true });
}

/** By its names: the engine refuses an id that has several. */
async function removeImage(id: string): Promise<void> {
  const image = (await inspectImage(id)) as { RepoTags?: string[] | null } | undefined;
  if (!image) return;
  const tags = image.RepoTags ?? [];
  for (const name of tags.length > 0 ? tags : [id]) await docker(["image", "rm", "--no-prune", name]);
}
