import type { Stack, UpdateSummary } from "@pulumi/pulumi/automation/index.js";
import { projectRoot } from "../../config/root.ts";
import { inspectImage } from "../../engine/images.ts";
import { lookForDrift } from "../drift/look.ts";
import { selectStack } from "../stack/stack.ts";
import { runningFleets } from "../state/fleet.ts";
import { readReleases, runningReleases, type KnownRelease } from "../state/releases.ts";
import { outputsOf, resourcesOf } from "../state/resource.ts";
import { readSwaps, type SwapRecord } from "../swap/record.ts";
import { allStackNames } from "../state/stacks.ts";
import { parentId } from "./graph.ts";
import type { Board, BoardLayer, BoardStack, BoardUpdate } from "./model.ts";

const shownUpdates = 10;

/** Reads everything that the page shows; drift, which takes a while, only when asked. */
export async function readBoard(withDrift: boolean): Promise<Board> {
  const releases = readReleases(projectRoot);
  const read = [];
  for (const name of (await allStackNames()).sort()) read.push(await readStack(name, releases, withDrift));
  const stacks = read.map(({ stack }) => stack);
  const layers = await withSizes(
    boardLayers(read.map(({ stack, images }) => ({ stack: stack.name, images }))),
  );
  return {
    made: new Date(),
    layers,
    stacks,
    releases: releases.map(({ name, references }) => ({
      name,
      images: references.length,
      runsIn: stacks.filter((stack) => stack.releases[0] === name).map((stack) => stack.name),
    })),
  };
}

async function readStack(name: string, releases: readonly KnownRelease[], withDrift: boolean) {
  const selected: Stack = await selectStack(name);
  const resources = resourcesOf(await selected.exportStack());
  const outputs = outputsOf(resources);
  const fleets = runningFleets(resources);
  const swaps = readSwaps(projectRoot, name);
  const { url, imageDigests } = outputs as { url?: string; imageDigests?: Record<string, string> };
  const stack: BoardStack = {
    name,
    ...(typeof url === "string" && fleets.length > 0 && { url }),
    releases: runningReleases(
      releases,
      fleets.flatMap(({ kind, image }) => (kind === "hosts" ? [] : [image])),
    ),
    fleets,
    updates: (await selected.history(shownUpdates))
      .filter(({ kind }) => kind === "update")
      .map((update) => updateOf(update, swaps)),
    ...(withDrift && fleets.length > 0 && { drift: await lookForDrift(selected) }),
  };
  return { stack, images: fleets.length > 0 || imageDigests ? (imageDigests ?? {}) : {} };
}

const words: Record<string, string> = {
  same: "unchanged",
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "removed",
};

function updateOf(
  { version, startTime, endTime, result, resourceChanges }: UpdateSummary,
  swaps: readonly SwapRecord[],
): BoardUpdate {
  const swap = swaps.find(({ update }) => update === version);
  const changes = Object.entries(resourceChanges ?? {}).map(([op, count]) => `${count} ${words[op] ?? op}`);
  const seconds = (endTime.getTime() - startTime.getTime()) / 1000;
  return { start: startTime, seconds, result, changes: changes.join(", "), ...(swap && { swap }) };
}

/** Each layer once, with the image that every stack has of it. */
export function boardLayers(
  stacks: readonly { stack: string; images: Record<string, string> }[],
): BoardLayer[] {
  const ids = [...new Set(stacks.flatMap(({ images }) => Object.keys(images)))].sort();
  return ids.map((id) => ({
    id,
    images: stacks.flatMap(({ stack, images }) =>
      images[id] === undefined ? [] : [{ stack, image: images[id] }],
    ),
  }));
}

async function withSizes(layers: readonly BoardLayer[]): Promise<BoardLayer[]> {
  const sizes = new Map<string, number | undefined>();
  for (const { id, images } of layers) sizes.set(id, (await inspectImage(images[0]?.image ?? ""))?.Size);
  return layers.map((layer) => {
    const [whole, below] = [sizes.get(layer.id), sizes.get(parentId(layer.id)) ?? 0];
    return whole === undefined ? layer : { ...layer, bytes: Math.max(0, whole - below) };
  });
}
