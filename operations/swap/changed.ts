import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { formatTable } from "../text/table.ts";
import { swappedBy } from "./swapped.ts";

/** So many lines tell what an update changed. */
const mostLines = 10;

interface FleetOutput {
  image?: string;
  /** Ids by name, names, or the name of a group. */
  boxes?: Record<string, string> | string[] | string;
}

/** What is compared of a stack's outputs. */
interface Outputs {
  imageDigests?: Record<string, string>;
  fleets?: Record<string, FleetOutput>;
}

/**
 * What an update changed, a line each: images that came out another, fleets with another image or other boxes, and what else got new
 * boxes; of more than ten, the first nine and how many there are. Empty where that is nothing.
 */
export function changedText(events: readonly EngineEvent[]): string {
  const told = events.flatMap(({ resOutputsEvent }) => {
    const { type, old, new: now } = resOutputsEvent?.metadata ?? {};
    return type === "pulumi:pulumi:Stack" ? [[outputsOf(old), outputsOf(now)] as const] : [];
  });
  const [before, after] = told.at(-1) ?? [{}, {}];
  const swapped = swappedBy(events).filter((name) => !(name in (after.fleets ?? {})));
  const lines = [
    ...pairs(before.imageDigests, after.imageDigests).flatMap(([name, old, now]) =>
      old === now ? [] : [["image", name, change(old, now)]],
    ),
    ...pairs(before.fleets, after.fleets).flatMap(([name, old, now]) => {
      const what = fleetChange(old, now);
      return what === undefined ? [] : [["fleet", name, what]];
    }),
    ...swapped.map((name) => ["box", name, "new"]),
  ];
  if (lines.length === 0) return "";
  const more = lines.length - mostLines + 1;
  const shown =
    lines.length > mostLines
      ? [...lines.slice(0, mostLines - 1), ["…", `and ${more} more`, "--verbose tells all"]]
      : lines;
  return formatTable(shown);
}

function outputsOf(state: { outputs?: object } | undefined): Outputs {
  return state?.outputs ?? {};
}

function pairs<T>(
  before: Record<string, T> = {},
  after: Record<string, T> = {},
): [name: string, before: T | undefined, after: T | undefined][] {
  const names = [...new Set([...Object.keys(after), ...Object.keys(before)])].sort();
  return names.map((name) => [name, before[name], after[name]]);
}

/** `4a116f22f902 → 1cc629e190b8, 2 new boxes of 3`; undefined where all is as it was. */
function fleetChange(before: FleetOutput | undefined, after: FleetOutput | undefined): string | undefined {
  if (!after) return change(before?.image, undefined);
  const image = before?.image === after.image ? [] : [change(before?.image, after.image)];
  const [old, now] = [boxesOf(before), boxesOf(after)];
  const added = now.filter((box) => !old.includes(box)).length;
  const fewer = now.length < old.length ? [`${now.length} of ${old.length} boxes left`] : [];
  const boxes = added === 0 ? fewer : [`${added} new of ${now.length}`];
  const parts = [...image, ...boxes];
  return parts.length === 0 ? undefined : parts.join(", ");
}

function boxesOf({ boxes = [] }: FleetOutput = {}): string[] {
  return typeof boxes === "string" ? [boxes] : Object.values(boxes);
}

function change(before: string | undefined, after: string | undefined): string {
  if (after === undefined) return "gone";
  return before === undefined ? `${short(after)}, new` : `${short(before)} → ${short(after)}`;
}

/** As it is told elsewhere: 12 characters of a digest, an AMI as it is. */
function short(image: string): string {
  return image.startsWith("sha256:") ? image.slice(7, 19) : image;
}
