import { formatAge, shortDigest } from "../text/format.ts";
import { describeCounts, type SwapRecord } from "../swap/record.ts";
import { formatTable } from "../text/table.ts";
import type { BoxStatus, StatusReport } from "./report.ts";
import { certificateRows } from "./certificates.ts";
import { scheduleRows } from "./schedules.ts";

/** The status for a terminal, at a time. */
export function formatStatus(report: StatusReport, now = new Date()): string {
  const { stack, url, releases, boxes, lastSwap, schedules = [], certificates = [], notes = [] } = report;
  const head = [stack, ...(url === undefined ? [] : [url]), ...releaseWords(stack, releases)];
  if (boxes.length === 0)
    return `${head.join(" · ")}\nNothing runs; start it by npm run up -- --stack ${stack}\n`;
  const columns = ["FLEET", "BOX", "IMAGE", "STATE", "HEALTH", "AGE", "RESTARTS", "TRAFFIC"];
  const swap = lastSwap ? `${swapLine(lastSwap)}\n` : "";
  const timers = schedules.length > 0 ? formatTable(scheduleRows(schedules)) : "";
  const issued = certificates.length > 0 ? formatTable(certificateRows(certificates, now)) : "";
  return `${head.join(" · ")}\n${formatTable([columns, ...boxes.map(row)])}${timers}${issued}${swap}${notes.map((note) => `${note}\n`).join("")}`;
}

function swapLine(swap: SwapRecord): string {
  const { at, seconds, result, swapped } = swap;
  const cost = [formatAge(seconds), describeCounts(swap)].filter((part) => part !== undefined);
  const verb = result === "succeeded" ? "swapped" : "failed to swap";
  return `Last ${verb}: ${swapped.join(", ")}, at ${at.slice(0, 16).replace("T", " ")} UTC, ${cost.join(", ")}`;
}

function row(box: BoxStatus): string[] {
  return [
    box.group,
    box.box,
    box.image === undefined ? "–" : shortDigest(box.image),
    box.state,
    [box.health === "unchecked" ? "–" : box.health, box.detail].filter((part) => part !== "").join(": "),
    box.ageSeconds === undefined ? "–" : formatAge(box.ageSeconds),
    String(box.restarts),
    box.trafficShare === undefined ? "–" : `${Math.round(box.trafficShare * 100)} %`,
  ];
}

/** The stack's own newest one where there is one, and those that have the same images. */
function releaseWords(stack: string, releases: readonly string[]): string[] {
  const isOwn = (name: string) => name.startsWith(`${stack}/`);
  const [newest, ...same] = [...releases.filter(isOwn), ...releases.filter((name) => !isOwn(name))];
  if (newest === undefined) return [];
  return [`release ${newest}${same.length === 0 ? "" : ` (the same: ${same.join(", ")})`}`];
}
