import { isDeepStrictEqual } from "node:util";
import { messageOf } from "../../work/message.ts";
import type { FleetLine } from "../preview/line.ts";
import type { PreviewReport } from "../preview/report.ts";
import { formatText } from "../preview/text.ts";
import type { Trial } from "./trial.ts";

/** What a version would change of a stack. */
export interface StackProof {
  stack: string;
  /** What the next update would do for the new version alone; absent where that could not be told. */
  report?: PreviewReport;
  /** Whether an update would change something without the new version, too. */
  isWaiting?: boolean;
  /** Why nothing could be told of it. */
  fault?: string;
}

/** What a version would change of stacks, by previews of both: what is to be done with the present one anyway is no part of it. */
export async function provedStacks(
  present: Trial,
  next: Trial,
  stacks: readonly string[],
): Promise<StackProof[]> {
  const proofs: StackProof[] = [];
  for (const stack of stacks) proofs.push(await provedStack(present, next, stack));
  return proofs;
}

async function provedStack(present: Trial, next: Trial, stack: string): Promise<StackProof> {
  try {
    const before = await present.preview(stack);
    const after = await next.preview(stack);
    return { stack, report: broughtBy(before, after), isWaiting: before.changes };
  } catch (error) {
    return { stack, fault: messageOf(error).trim().split("\n").at(-1) ?? "" };
  }
}

/** Of what one version would do with a stack, what another one would not. */
export function broughtBy(before: PreviewReport, after: PreviewReport): PreviewReport {
  const [layers, machineImages] = [
    unlike(after.layers, before.layers),
    unlike(after.machineImages, before.machineImages),
  ];
  const fleets = unlike(withKnown(after), before.fleets);
  const hosts = unlike(after.hosts, before.hosts);
  const tasks = unlike(after.tasks ?? [], before.tasks ?? []);
  const others = after.others.filter((line) => !before.others.includes(line));
  const changed = [...layers, ...machineImages, ...fleets, ...hosts, ...tasks].some(
    ({ action }) => action !== "keep",
  );
  return {
    ...{ stack: after.stack, layers, machineImages, fleets, hosts, others },
    ...(tasks.length > 0 && { tasks }),
    changes: changed || others.length > 0,
  };
}

/**
 * The lines of fleets, where those stay whose image is found again: a version changes no topology, so that a fleet's layer is what it was, and
 * an image that has the id of the one that runs is that one.
 */
function withKnown({ layers, fleets }: PreviewReport): FleetLine[] {
  const found = new Set(layers.map((line) => line.found));
  return fleets.map((line) =>
    line.action === "follow" && line.from !== undefined && found.has(line.from)
      ? { ...line, to: line.from, action: "keep" }
      : line,
  );
}

/** Lines that stay, and those that another report has not, word for word. */
function unlike<T extends { action: string }>(lines: readonly T[], others: readonly T[]): T[] {
  return lines.filter(
    (line) => line.action === "keep" || !others.some((other) => isDeepStrictEqual(line, other)),
  );
}

/** The proof of each stack for a terminal. */
export function describeProofs(proofs: readonly StackProof[]): string {
  if (proofs.length === 0) return "No stack has been up: there is nothing that this version could swap.\n";
  return proofs.map(describeProof).join("");
}

function describeProof({ stack, report, isWaiting, fault }: StackProof): string {
  if (!report) return `${stack}: expected a preview by both versions, got ${fault ?? "none"}\n`;
  const waiting = isWaiting ? `${stack}: an update would change something before this version, too\n` : "";
  return `${waiting}${formatText(report)}${inShort(report)}`;
}

/** `In short: 4 layers get another input digest, all of them are found; no fleet swaps`. */
function inShort({ changes, layers, fleets, hosts }: PreviewReport): string {
  if (!changes) return "";
  const other = layers.filter(({ action }) => action === "build" || action === "follow");
  const built = other.filter(({ found }) => found === undefined).length;
  const having = (wanted: readonly string[]) =>
    fleets.filter(({ action }) => wanted.includes(action)).map(({ name }) => name);
  const [certain, open] = [having(["create", "swap", "scale", "move", "remove"]), having(["follow"])];
  const configured = hosts.filter(({ action }) => action !== "keep").map(({ name }) => name);
  return `In short: ${[
    ...digests(other.length, built),
    ...(certain.length > 0 ? [`swapped for certain: ${certain.join(", ")}`] : []),
    ...(open.length > 0 ? [`swapped where what is built comes out different: ${open.join(", ")}`] : []),
    ...(configured.length > 0 ? [`configured again: ${configured.join(", ")}`] : []),
    ...(certain.length + open.length === 0 ? ["no fleet swaps"] : []),
  ].join("; ")}\n`;
}

function digests(others: number, built: number): string[] {
  if (others === 0) return ["no layer gets another input digest"];
  const layers = others === 1 ? "1 layer gets" : `${others} layers get`;
  return [
    `${layers} another input digest, ${built === 0 ? "and what they make is there" : `${built} of them are built`}`,
  ];
}
