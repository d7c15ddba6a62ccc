import { describeCause, type Cause } from "../../plan/causes.ts";
import { describeCanary } from "./canary.ts";
import { describeTurns } from "./turns.ts";
import type { HostLine } from "./hosts.ts";
import type { FleetLine, LayerLine, MachineLine } from "./line.ts";
import type { PreviewReport } from "./report.ts";
import { describeCost } from "./swapCost.ts";
import { describeTask, toldTasks } from "./tasks.ts";

/** How many causes of a layer are told; the rest is counted. */
const toldCauses = 3;

/** The report for a terminal. */
export function formatText(report: PreviewReport): string {
  if (!report.changes) return `${report.stack}: nothing rebuilds, nothing swaps, nothing changes\n`;
  const layers = report.layers
    .filter(({ action }) => action !== "keep")
    .map((line) => `  ${describeLayer(line)}`);
  const fleets = report.fleets
    .filter(({ action }) => action !== "keep")
    .map((line) => `  ${describeFleet(line)}`);
  const hosts = report.hosts
    .filter(({ action }) => action !== "keep")
    .map((line) => `  ${describeHosts(line)}`);
  const kept = [
    ...report.layers.filter(({ action }) => action === "keep").map(({ id }) => id),
    ...report.fleets.filter(({ action }) => action === "keep").map(({ name }) => name),
    ...report.hosts.filter(({ action }) => action === "keep").map(({ name }) => name),
  ];
  return [
    `${report.stack}:`,
    ...section("Layers", layers),
    ...section(
      "Machine images",
      report.machineImages
        .filter(({ action }) => action !== "keep")
        .map((line) => `  ${describeMachine(line)}`),
    ),
    ...section(
      "Tasks before a swap",
      toldTasks(report.tasks).map((line) => `  ${describeTask(line)}`),
    ),
    ...section("Fleets", fleets),
    ...section("Hosts", hosts),
    ...section(
      "Other resources",
      report.others.map((line) => `  ${line}`),
    ),
    ...section(
      "How boxes start",
      (report.notes ?? []).map((note) => `  ${note}`),
    ),
    ...section("Stays", kept.length === 0 ? [] : [`  ${kept.join(", ")}`]),
    "",
  ].join("\n");
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}

/** `base.python.catalog builds: file apps/catalog/server.py changed`. */
export function describeLayer({ id, action, causes, found, existing }: LayerLine): string {
  if (action === "remove") return `${id} is no longer wanted; its image is kept until it is collected`;
  if (action === "follow")
    return `${id} builds if the image of ${causes[0]?.what ?? "its parent"} comes out different`;
  if (found !== undefined)
    return `${id} is found as ${shortImage(found)}, without a build: ${describeCauses(causes)}`;
  if (existing) return `${id} is taken as it is: ${describeTaken(causes)}`;
  return `${id} builds: ${describeCauses(causes)}`;
}

/** Of an existing image: which one, where there was none before. */
function describeTaken(causes: readonly Cause[]): string {
  const [first] = causes;
  return first?.kind === "new" ? first.what : describeCauses(causes);
}

/** `catalog's machine image is made: size of the disk changed`. */
export function describeMachine({ fleet, action, causes }: MachineLine): string {
  if (action === "remove") return `${fleet}'s machine image is no longer wanted; its AMI goes`;
  if (action === "keep") return `${fleet}'s machine image stays`;
  if (action === "follow")
    return `${fleet}'s machine image is made if the image of ${causes[0]?.what ?? "its layers"} comes out different`;
  return `${fleet}'s machine image is made: ${describeCauses(causes)}`;
}

function describeCauses(causes: readonly Cause[]): string {
  const told = causes
    .slice(0, toldCauses)
    .map((cause) => (cause.kind === "parent" ? `the image of ${cause.what} changed` : describeCause(cause)));
  const more = causes.length - told.length;
  return more > 0 ? `${told.join(", ")} and ${more} more` : told.join(", ");
}

/** `catalog swaps 2 boxes: image 25ae69e199e3 → after the build`. */
export function describeFleet(line: FleetLine): string {
  const { name, action, boxesBefore, boxesAfter, specification } = line;
  const boxes = boxesAfter === 1 ? "1 box" : `${boxesAfter} boxes`;
  if (action === "create") return `${name} starts ${boxes}: image ${shortImage(line.to)}`;
  if (action === "remove")
    return `${name} stops ${boxesBefore === 1 ? "its box" : `all ${boxesBefore} boxes`}`;
  if (action === "move")
    return `${name} moves to ${line.movesTo ?? ""}: ${boxes} of image ${shortImage(line.to)}; ${moveEnd(line)}`;
  if (action === "scale") return `${name} goes from ${boxesBefore} to ${boxes}; boxes that run stay`;
  if (action === "follow")
    return `${name} swaps ${boxes} if its image comes out different from ${shortImage(line.from)}${describeCanary(line)}${describeTurns(line)}`;
  const image = line.from === line.to ? [] : [`image ${shortImage(line.from)} → ${shortImage(line.to)}`];
  const cost = line.cost ? `; ${describeCost(line.cost)}` : "";
  return `${name} swaps ${boxes}: ${[...image, ...specification].join(", ")}; new boxes first, the old ones after the gate${describeCanary(line)}${describeTurns(line)}${cost}`;
}

/** The edge turns to containers before they are healthy. */
function moveEnd({ movesTo }: FleetLine): string {
  if (movesTo === "containers") return "it is away until they are healthy";
  return "the old ones stop when these are healthy and the edge has turned to them";
}

/** `catalog configures 2 hosts, one after the other: file apps/catalog/server.py changed`. */
export function describeHosts({ name, action, hosts, causes }: HostLine): string {
  const counted = hosts.length === 1 ? "1 host" : `${hosts.length} hosts`;
  if (action === "remove") return `${name} no longer configures its hosts; they stay as they are`;
  const why = causes.length === 0 ? "they or their environment are new" : describeCauses(causes);
  return `${name} configures ${counted}, one after the other: ${why}`;
}

function shortImage(image: string | undefined): string {
  return image === undefined ? "after the build" : image.replace("sha256:", "").slice(0, 12);
}
