import { claimantOf } from "../../engine/claim.ts";
import { labels } from "../../engine/labels.ts";
import type { ContainerFacts } from "../../engine/containers.ts";
import type { EngineFacts, EngineImage as Image } from "./engine.ts";
import { ownedBy, sharedBy, type Claimant, type Item } from "./item.ts";

/** A label that things must carry beside our own to be collected: `NAME=VALUE`; undefined for none. */
export type OnlyLabel = string | undefined;

/**
 * The items of an engine. A box says nothing of whose it is: it is ours where its image is ours alone. An image that is
 * somebody else's too stays, and only loses the name by which it is ours.
 */
export function engineItems(
  { images, containers }: EngineFacts,
  claimant: Claimant,
  only?: OnlyLabel,
): Item[] {
  const own = imageItems(images, claimant, only);
  const ours = new Set(own.flatMap((item) => (item.ours ? item.id : [])));
  return [
    ...containers.map((each) => containerItem(each, ours, only)),
    ...own,
    ...images.flatMap((image) => claimItems(image, claimant, only)),
  ];
}

function carries(own: Readonly<Record<string, string>>, only: OnlyLabel): boolean {
  if (only === undefined) return true;
  const at = only.indexOf("=");
  return own[only.slice(0, at)] === only.slice(at + 1);
}

/** On boxes, which are somebody's, and on containers that were made to look into an image for a moment. */
const marks = { box: "immutable-fleets.box", look: "immutable-fleets.look" };

/** A container is ours by its label; what still is built is the sweep's business. */
function containerItem(facts: ContainerFacts, ourImages: ReadonlySet<string>, only: OnlyLabel): Item {
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
    ours:
      (marks.look in own || (marks.box in own && ourImages.has(facts.Image))) &&
      !(labels.build in own) &&
      carries(own, only),
    inUse: !stopped,
    lastUsed,
    bytes: 0,
  };
}

/** Items of images; an image needs every image whose layers it begins with, and its layers in the cache. */
function imageItems(images: readonly Image[], claimant: Claimant, only: OnlyLabel): Item[] {
  return images.map((image) => {
    const own = image.Config?.Labels ?? {};
    const layers = image.RootFS.Layers ?? [];
    const below = images.filter((other) => other !== image && isBelow(other.RootFS.Layers ?? [], layers));
    const largest = Math.max(0, ...below.map(({ Size }) => Size));
    const named = own[labels.parent];
    return {
      kind: "image",
      id: image.Id,
      name: (image.RepoTags ?? [])[0] ?? image.Id,
      aliases: aliasesOf(image),
      needs: [
        ...below.map(({ Id }) => Id),
        ...(named ? [named] : []),
        ...layers.map((digest) => `layer ${digest}`),
        `proof ${image.Id}`,
      ],
      ours: isBuiltHere(image) && ownedBy(claimantsOf(image), claimant) && carries(own, only),
      inUse: false,
      ...lastUseOf(image),
      bytes: Math.max(0, image.Size - largest),
    };
  });
}

/** Our name of an image that has other owners too; whatever refers to the image refers to it. */
function claimItems(image: Image, claimant: Claimant, only: OnlyLabel): Item[] {
  const own = image.Config?.Labels ?? {};
  if (!isBuiltHere(image) || !sharedBy(claimantsOf(image), claimant) || !carries(own, only)) return [];
  const names = (image.RepoTags ?? []).filter((tag) => claimantOf(tag) === claimant.owner);
  return names.map((id) => ({
    kind: "name",
    id,
    name: id,
    aliases: [image.Id, ...aliasesOf(image)],
    needs: [],
    ours: true,
    inUse: false,
    ...lastUseOf(image),
    bytes: 0,
  }));
}

function claimantsOf({ RepoTags }: Image): string[] {
  return [...new Set((RepoTags ?? []).flatMap((tag) => claimantOf(tag) ?? []))];
}

function aliasesOf(image: Image): string[] {
  const own = image.Config?.Labels ?? {};
  return [own[labels.inputDigest] ?? image.Id, ...tagDigests(image), ...repoDigests(image)];
}

/** As much of an image as says when it was last given a name. */
export type NamedImage = Pick<Image, "Metadata">;

/** Whether an image has been given a name, be it one that it has, since a plan that saw it last used then. */
export function namedSince(image: NamedImage, then: Date | undefined): boolean {
  return (lastUseOf(image).lastUsed?.getTime() ?? 0) > (then?.getTime() ?? 0);
}

function lastUseOf({ Metadata }: NamedImage): { lastUsed?: Date } {
  const lastUsed = new Date(Metadata?.LastTagTime ?? "");
  return lastUsed.getFullYear() > 1970 ? { lastUsed } : {};
}

/** Whether the layers of one image are the lower ones of another; equal ones only share them. */
function isBelow(lower: readonly string[], upper: readonly string[]): boolean {
  return (
    lower.length > 0 && lower.length < upper.length && lower.every((digest, index) => upper[index] === digest)
  );
}

/** Whether an image carries our labels, or is an existing one that we took; is not being built; and every name it has is one that we gave. */
function isBuiltHere(image: Image): boolean {
  const own = image.Config?.Labels ?? {};
  if (!(labels.layer in own || claimantsOf(image).length > 0) || labels.build in own) return false;
  return (image.RepoTags ?? []).every((tag) => /(^|\/)[a-z][a-z0-9-]*:[0-9a-f]{64}$/.test(tag));
}

function tagDigests({ RepoTags }: Image): string[] {
  return (RepoTags ?? []).map((tag) => tag.slice(tag.lastIndexOf(":") + 1));
}
function repoDigests({ RepoDigests }: Image): string[] {
  return (RepoDigests ?? []).map((each) => each.slice(each.indexOf("@") + 1));
}
