import { compareNumbers } from "./debian.ts";

/**
 * Negative, 0 or positive, as a version of an RPM (`EPOCH:VERSION-RELEASE`; no epoch counts as 0) is lower than another, equal or
 * higher (rpm-version(7)).
 */
export function compareRpmVersions(a: string, b: string): number {
  const [x, y] = [partsOf(a), partsOf(b)];
  return x.epoch - y.epoch || compareParts(x.version, y.version) || compareParts(x.release, y.release);
}

function partsOf(text: string): { epoch: number; version: string; release: string } {
  const [, epoch = "0", version = "", release = ""] = /^(?:(\d*):)?([^-]*)(?:-(.*))?$/.exec(text) ?? [];
  return { epoch: Number(epoch), version, release };
}

/**
 * Runs of digits and of letters one by one; what stands between them only parts them, but for a tilde, which comes before all,
 * and a caret, which comes after the end and before all else.
 */
function compareParts(a: string, b: string): number {
  const [x, y] = [runsOf(a), runsOf(b)];
  for (let index = 0; index < Math.max(x.length, y.length); index++) {
    const order = compareRuns(x[index], y[index]);
    if (order !== 0) return order;
  }
  return 0;
}

function runsOf(text: string): string[] {
  return text.match(/\d+|[A-Za-z]+|~|\^/g) ?? [];
}

function compareRuns(a: string | undefined, b: string | undefined): number {
  const order = rank(a) - rank(b);
  if (order !== 0 || a === undefined || b === undefined) return order;
  if (/^\d/.test(a)) return compareNumbers(a, b);
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `~` < the end < `^` < letters < digits. */
function rank(run: string | undefined): number {
  if (run === undefined) return 1;
  if (run === "~") return 0;
  if (run === "^") return 2;
  return /^\d/.test(run) ? 4 : 3;
}
