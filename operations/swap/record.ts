import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { appendTo } from "../../images/ledger/append.ts";
import { fetchLedger } from "../../images/ledger/fetch.ts";
import { ledgerOf } from "../../images/ledger/Ledger.ts";
import { writeWhole } from "../../work/wholeFile.ts";

const recordSchema = z.object({
  /** When the update began. */
  at: z.iso.datetime(),
  seconds: z.number(),
  /** Number of the update in the stack's history. */
  update: z.int(),
  result: z.enum(["succeeded", "failed"]),
  /** The release that it led to, where that is known. */
  release: z.string().optional(),
  /** What got new boxes. */
  swapped: z.array(z.string()),
  /** What the edge counted meanwhile; absent where there is no edge to ask. */
  counts: z.object({ requests: z.int(), failed: z.int(), repeated: z.int() }).optional(),
});

/** One swap: what an update replaced, how long it took, and what that cost in requests. */
export type SwapRecord = z.output<typeof recordSchema>;

/** The file of an environment's swaps, one JSON a line, oldest first; git carries it as it carries releases. */
function fileOf(root: string, environment: string): string {
  return path.join(root, "releases", environment, "swaps.jsonl");
}

/** Adds a swap to those of its environment: in the ledger, where the project has one, else in this clone. */
export async function recordSwap(root: string, environment: string, record: SwapRecord): Promise<void> {
  const ledger = ledgerOf(root);
  if (!ledger) {
    writeSwap(root, environment, record);
    return;
  }
  await appendTo(ledger, () => ({
    files: { [`${environment}/swaps.jsonl`]: withSwap(root, environment, record) },
    message: `${environment}: swapped ${record.swapped.join(", ")}`,
    result: undefined,
  }));
}

/** Adds a swap to those that this clone has of its environment. */
export function writeSwap(root: string, environment: string, record: SwapRecord): void {
  writeWhole(fileOf(root, environment), withSwap(root, environment, record));
}

function withSwap(root: string, environment: string, record: SwapRecord): string {
  const lines = [...linesOf(fileOf(root, environment)), JSON.stringify(record)];
  return lines.map((line) => `${line}\n`).join("");
}

/**
 * The swaps of an environment, newest first. A last line that a kill or a full disk left unfinished is passed over.
 * @throws Error when another line is not what it should be.
 */
export function readSwaps(root: string, environment: string): SwapRecord[] {
  fetchLedger(root);
  const file = fileOf(root, environment);
  return linesOf(file)
    .flatMap((line, index) => (line === "" ? [] : [readLine(line, `${file}, line ${index + 1}`)]))
    .reverse();
}

/** The lines of a file but for an unfinished one at its end, which earlier versions could leave. */
function linesOf(file: string): string[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  const last = lines.pop() ?? "";
  return last === "" || !isJson(last) ? lines : [...lines, last];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function readLine(line: string, place: string): SwapRecord {
  try {
    return recordSchema.parse(JSON.parse(line));
  } catch (error) {
    throw new Error(`${place}: expected a swap as JSON, got something else; restore the file from git`, {
      cause: error,
    });
  }
}

/** `none of 20233 requests failed`; undefined where nobody counted. */
export function describeCounts({ counts }: Pick<SwapRecord, "counts">): string | undefined {
  if (!counts) return undefined;
  const { requests, failed } = counts;
  if (requests === 0) return "no requests came in";
  return `${failed === 0 ? "none" : failed} of ${requests} requests failed`;
}
