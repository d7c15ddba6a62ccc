import { releaseDifferences } from "../../images/release/difference.ts";
import type { ReleaseOutput } from "../../images/release/output.ts";
import { formatAge, toMinute } from "../text/format.ts";
import { describeCounts, type SwapRecord } from "../swap/record.ts";
import type { LedgerEntry } from "../../images/release/entry.ts";
import { releaseName, type Release } from "../../images/release/release.ts";

/** A table of releases, oldest first within an environment: name, time, what it differs in from the one before, what its swap cost, where it runs, who recorded it and why. */
export function releaseRows(
  entries: readonly LedgerEntry[],
  running: readonly (readonly [stack: string, release: ReleaseOutput | undefined])[],
  swaps: readonly SwapRecord[],
): string[][] {
  const releases = entries.map(({ release }) => release);
  const rows = entries.map(({ release, ledger }) => {
    const name = releaseName(release);
    const from = release.promotedFrom === undefined ? "" : `from ${release.promotedFrom}: `;
    return [
      name,
      timeOf(release),
      `${from}${changeOf(release, releases)}`,
      swapOf(name, swaps),
      stacksOf(name, running).join(", "),
      // Of `Ann <ann@example.com>` the name.
      ledger?.author.replace(/ <[^>]*>$/, "") ?? "–",
      clipped(ledger?.reason ?? "–"),
    ];
  });
  return [["release", "recorded (UTC)", "changed", "swap", "runs in", "by", "why"], ...rows];
}

const longestReason = 60;

function clipped(reason: string): string {
  return reason.length > longestReason ? `${reason.slice(0, longestReason - 1)}…` : reason;
}

/** Of several swaps to one release, the first one. */
function swapOf(name: string, swaps: readonly SwapRecord[]): string {
  const swap = swaps.findLast(({ release, result }) => release === name && result === "succeeded");
  if (!swap) return "–";
  return [formatAge(swap.seconds), describeCounts(swap)].filter((part) => part !== undefined).join(", ");
}

function timeOf({ createdAt }: Release): string {
  return toMinute(createdAt);
}

function changeOf(release: Release, all: readonly Release[]): string {
  const before = all
    .filter(({ environment, number }) => environment === release.environment && number < release.number)
    .at(-1);
  if (!before) return "first";
  const changed = releaseDifferences(before, release);
  const fleets = [...new Set(changed.flatMap((each) => each.fleets))];
  if (fleets.length > 0) return fleets.join(", ");
  return changed.map(({ place }) => place).join(", ") || "which fleets run";
}

/** A release runs in its own environment, and in those that took it. */
function stacksOf(
  name: string,
  running: readonly (readonly [stack: string, release: ReleaseOutput | undefined])[],
): string[] {
  return running
    .filter(([, release]) => release && (releaseName(release) === name || release.promotedFrom === name))
    .map(([stack]) => stack);
}
