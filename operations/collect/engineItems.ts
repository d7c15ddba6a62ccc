import { z } from "zod";
import { labels } from "../../engine/labels.ts";
import { inspectContainers, runDocker, type ContainerFacts } from "../../engine/containers.ts";
import type { Item } from "./item.ts";

const imageSchema = z.object({
  Id: z.string(),
  RepoTags: z.array(z.string()).nullish(),
  RepoDigests: z.array(z.string()).nullish(),
  Metadata: z.object({ LastTagTime: z.string().optional() }).optional(),
  Size: z.number(),
  Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
  RootFS: z.object({ Layers: z.array(z.string()).nullish() }),
});
type Image = z.output<typeof imageSchema>;

/** A label that things must carry beside our own to be collected: `NAME=VALUE`; undefined for none. */
export type OnlyLabel = string | undefined;

/** The images and containers of the engine. Images that are not ours are among them: they may stand on ours. */
export async function engineItems(only: OnlyLabel): Promise<Item[]> {
  const [images, containers] = await Promise.all([allImages(), allContainers()]);
  return [...containers.map((each) => containerItem(each, only)), ...imageItems(images, only)];
}

async function allImages(): Promise<Image[]> {
  const { stdout } = await runDocker(["image", "ls", "--all", "--quiet", "--no-trunc"]);
  const ids = [...new Set(stdout.split("\n").filter((line) => line !== ""))];
  if (ids.length === 0) return [];
  const inspected = await runDocker(["image", "inspect", ...ids]);
  return z.array(imageSchema).parse(JSON.parse(inspected.stdout));
}

async function allContainers(): Promise<ContainerFacts[]> {
  const { stdout } = await runDocker(["ps", "--all", "--quiet", "--no-trunc"]);
  return inspectContainers(stdout.split("\n").filter((line) => line !== ""));
}

function carries(own: Readonly<Record<string, string>>, only: OnlyLabel): boolean {
  if (only === undefined) return true;
  const at = only.indexOf("=");
  return own[only.slice(0, at)] === only.slice(at + 1);
}

/** Boxes, and containers made to look into an image. */
const ownMarks = ["immutable-fleets.box", "immutable-fleets.look"];

/** A container is ours by its label; what still is built is the sweep's business. */
function containerItem(facts: ContainerFacts, only: OnlyLabel): Item {
  const own = facts.Config.Labels ?? {};
  const finished = Date.parse(facts.State.FinishedAt ?? "");
  const lastUsed = new Date(Math.max(Date.parse(facts.Created), Number.isNaN(finished) ? 0 : finished));
  const stopped = ["exited", "dead", "created"].includes(facts.State.Status);
  return {
    kind: "container",
    id: facts.Id,
    name: facts.Name.replace(/^\//, ""),
    aliases: [],
    needs: [facts.Image],
    ours: ownMarks.some((mark) => mark in own) && !(labels.build in own) && carries(own, only),
    inUse: !stopped,
    lastUsed,
    bytes: 0,
  };
}

/** Items of images; an image needs every image whose layers it begins with, and its layers in the cache. */
export function imageItems(images: readonly Image[], only: OnlyLabel): Item[] {
  return images.map((image) => {
    const own = image.Config?.Labels ?? {};
    const layers = image.RootFS.Layers ?? [];
    const below = images.filter((other) => other !== image && isBelow(other.RootFS.Layers ?? [], layers));
    const largest = Math.max(0, ...below.map(({ Size }) => Size));
    const lastUsed = new Date(image.Metadata?.LastTagTime ?? "");
    const named = own[labels.parent];
    return {
      kind: "image",
      id: image.Id,
      name: (image.RepoTags ?? [])[0] ?? image.Id,
      aliases: [own[labels.inputDigest] ?? image.Id, ...tagDigests(image), ...repoDigests(image)],
      needs: [
        ...below.map(({ Id }) => Id),
        ...(named ? [named] : []),
        ...layers.map((digest) => `layer ${digest}`),
        `proof ${image.Id}`,
      ],
      ours: isOurs(image) && carries(own, only),
      inUse: false,
      ...(lastUsed.getFullYear() > 1970 && { lastUsed }),
      bytes: Math.max(0, image.Size - largest),
    };
  });
}

/** Whether the layers of one image are the lower ones of another; equal ones only share them. */
function isBelow(lower: readonly string[], upper: readonly string[]): boolean {
  return (
    lower.length > 0 && lower.length < upper.length && lower.every((digest, index) => upper[index] === digest)
  );
}

/** An image is ours if it carries our labels, is not being built, and every name it has is one that we gave. */
function isOurs(image: Image): boolean {
  const own = image.Config?.Labels ?? {};
  if (!(labels.layer in own) || labels.build in own) return false;
  return (image.RepoTags ?? []).every((tag) => /(^|\/)[a-z][a-z0-9-]*:[0-9a-f]{64}$/.test(tag));
}

function tagDigests({ RepoTags }: Image): string[] {
  return (RepoTags ?? []).map((tag) => tag.slice(tag.lastIndexOf(":") + 1));
}
function repoDigests({ RepoDigests }: Image): string[] {
  return (RepoDigests ?? []).map((each) => each.slice(each.indexOf("@") + 1));
}
