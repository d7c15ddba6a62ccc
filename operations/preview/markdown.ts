import { describeBase } from "../age/bases.ts";
import { describeFrozen } from "../freeze/frozen.ts";
import { describeFleet, describeHosts, describeLayer, describeMachine } from "./text.ts";
import type { PreviewReport } from "./report.ts";
import { describeTask, toldTasks } from "./tasks.ts";

/** GitHub refuses longer comments. */
const commentLimit = 65_536;
/** What is left for the engine's own preview, however long the report is. */
const roomForDiff = 2048;
const pointer = "\n… cut here: the whole preview is in the job's artefact";

/** The report for a pull request: what happens and why, a graph, and the engine's own diff, folded. */
export function formatMarkdown(report: PreviewReport, engineDiff: string): string {
  const head = [
    `<!-- immutable-fleets preview ${report.stack} -->`,
    `### Preview of \`${report.stack}\``,
    "",
  ];
  if (report.frozen)
    head.push(...list("Frozen", [`${describeFrozen(report.stack, report.frozen)}; ${report.frozen.fix}`]));
  const lists = report.changes
    ? changesOf(report)
    : ["Nothing rebuilds, nothing swaps, nothing changes.", ""];
  lists.push(...list("Age", (report.agedBases ?? []).map(describeBase)));
  const whole = [...head, ...lists, ...(report.changes ? graph(report) : [])].join("\n");
  const room = commentLimit - roomForDiff;
  // Half a graph is none.
  const text = Buffer.byteLength(whole) <= room ? whole : `${cut([...head, ...lists].join("\n"), room)}\n`;
  return `${text}${foldedDiff(engineDiff, commentLimit - Buffer.byteLength(text))}`;
}

function changesOf(report: PreviewReport): string[] {
  const layers = report.layers.filter(({ action }) => action !== "keep");
  const machines = report.machineImages.filter(({ action }) => action !== "keep");
  const fleets = report.fleets.filter(({ action }) => action !== "keep");
  const hosts = report.hosts.filter(({ action }) => action !== "keep");
  return [
    ...list("Layers", layers.map(describeLayer)),
    ...list("Machine images", machines.map(describeMachine)),
    ...list("Tasks before a swap", toldTasks(report.tasks).map(describeTask)),
    ...list("Fleets", fleets.map(describeFleet)),
    ...list("Hosts", hosts.map(describeHosts)),
    ...list("Other resources", report.others),
    ...list("How boxes start", report.notes ?? []),
  ];
}

function list(title: string, lines: readonly string[]): string[] {
  return lines.length === 0
    ? []
    : [`**${title}**`, "", ...lines.map((line) => `- ${escapeMarkdown(line)}`), ""];
}

function escapeMarkdown(line: string): string {
  return line.replace(/[<>|`*_[\]]/g, (character) => `\\${character}`);
}

/** Layers and fleets; what changes is marked. */
function graph({ layers, fleets }: PreviewReport): string[] {
  const node = (id: string) => id.replaceAll(/[^a-zA-Z0-9]/g, "_");
  const layerLines = layers.flatMap(({ id, action }) => {
    const parent = id.split(".").slice(0, -1).join(".");
    const shape = `  L_${node(id)}["${id.split(".").at(-1) ?? id}"]${action === "keep" ? "" : ":::changes"}`;
    return parent === "" ? [shape] : [shape, `  L_${node(parent)} --> L_${node(id)}`];
  });
  const fleetLines = fleets.map(
    ({ name, boxesAfter, action }) =>
      `  F_${node(name)}(["${name} × ${boxesAfter}"])${action === "keep" ? "" : ":::changes"}`,
  );
  return [
    "```mermaid",
    "graph LR",
    ...layerLines,
    ...fleetLines,
    "  classDef changes stroke-width:3px",
    "```",
    "",
  ];
}

function foldedDiff(diff: string, room: number): string {
  const wrap = (text: string) =>
    `<details><summary>The engine's own preview</summary>\n\n~~~\n${text}\n~~~\n\n</details>\n`;
  const plain = diff.replaceAll("~~~", "~ ~ ~").trimEnd();
  if (Buffer.byteLength(wrap(plain)) <= room) return wrap(plain);
  return wrap(cut(plain, room - Buffer.byteLength(wrap(""))));
}

/** The beginning of a text that is longer than that, with a pointer to the rest. */
function cut(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  const space = Math.max(0, bytes - Buffer.byteLength(pointer));
  return (
    Buffer.from(text)
      .subarray(0, space)
      .toString()
      .replace(/\uFFFD$/, "") + pointer
  );
}
