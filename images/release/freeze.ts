import { z } from "zod";
import type { Addition } from "../ledger/append.ts";
import { addToReleases } from "./addTo.ts";
import { entrySchema, type Recorder } from "./entry.ts";
import { freezesFolder } from "./folder.ts";
import { readAllSigned } from "./read.ts";
import { signatureSchema } from "./signature.ts";
import { nextNumber } from "./standing.ts";
import { signedNext } from "./store.ts";

const freezeSchema = z.strictObject({
  format: z.literal(1),
  environment: z.literal(freezesFolder).describe("Not one: the place of freezes among the releases."),
  number: z.int().min(1),
  createdAt: z.iso.datetime(),
  of: z.string().min(1).describe("The environment that it is about."),
  change: z
    .enum(["freeze", "end", "override"])
    .describe("`override`: something was brought there although it was frozen, which it stays."),
  until: z.iso
    .datetime()
    .optional()
    .describe("When the freeze ends by itself; absent: when somebody ends it."),
  ledger: entrySchema,
  signature: signatureSchema,
});

/** A signed entry of the ledger about the freeze of an environment: its beginning, its end, or what went past it. */
export type FreezeEntry = Omit<z.output<typeof freezeSchema>, "signature">;

/** All of a project, verified, oldest first. @throws ConfigurationError where one does not hold. */
export function freezeEntries(root: string): FreezeEntry[] {
  return readAllSigned(root, freezesFolder, freezeSchema);
}

/** The freeze that holds an environment at a time; undefined where none does. @throws ConfigurationError, as freezeEntries. */
export function freezeOf(root: string, environment: string, now: Date): FreezeEntry | undefined {
  const last = freezeEntries(root).findLast(({ of, change }) => of === environment && change !== "override");
  if (last?.change !== "freeze") return undefined;
  return last.until === undefined || new Date(last.until) > now ? last : undefined;
}

/** All environments that are frozen at a time. */
export function frozenEnvironments(root: string, now: Date): string[] {
  const named = new Set(freezeEntries(root).map(({ of }) => of));
  return [...named].filter((environment) => freezeOf(root, environment, now)).sort();
}

/** What is to be written down of a freeze. */
export type FreezeChange = Pick<FreezeEntry, "of" | "change"> & { until?: Date | undefined };

/**
 * Records that a freeze begins, ends, or that something goes past it.
 * @returns the entry; undefined: there is no freeze to end.
 * @throws Error where a freeze is to begin and there is one.
 */
export function recordFreeze(
  root: string,
  change: FreezeChange,
  recorder: Recorder,
  now = new Date(),
): Promise<FreezeEntry | undefined> {
  return addToReleases(root, () => addition(root, change, recorder, now));
}

async function addition(
  root: string,
  { of, change, until }: FreezeChange,
  recorder: Recorder,
  now: Date,
): Promise<Addition<FreezeEntry | undefined>> {
  const present = freezeOf(root, of, now);
  if (change === "freeze" && present)
    throw new Error(`${of}: expected no freeze yet, got ${freezeWords(present)}; end that first`);
  if (change === "end" && !present) return { files: {}, message: "", result: undefined };
  const number = nextNumber(root, freezesFolder);
  const place = { environment: freezesFolder, number } as const;
  const content = {
    ...{ format: 1 as const, ...place, createdAt: now.toISOString(), of, change },
    ...(until && { until: until.toISOString() }),
  };
  const said = {
    freeze: "is frozen",
    end: "is not frozen any more",
    override: "changes although it is frozen",
  };
  return {
    files: { [`${freezesFolder}/${number}.json`]: await signedNext(root, place, content, recorder) },
    message: [`${of} ${said[change]}`, recorder.reason].filter((part) => part !== undefined).join(": "),
    result: { ...content, ledger: recorder },
  };
}

/** `frozen by Ann since 2026-11-30 08:00 UTC, until 2026-12-01 08:00 UTC: the shop's sale`. */
export function freezeWords({
  createdAt,
  until,
  ledger,
}: Pick<FreezeEntry, "createdAt" | "until" | "ledger">): string {
  const minute = (time: string) => `${time.slice(0, 16).replace("T", " ")} UTC`;
  const end = until === undefined ? "" : `, until ${minute(until)}`;
  const why = ledger.reason === undefined ? "" : `: ${ledger.reason}`;
  return `frozen by ${authorName(ledger)} since ${minute(createdAt)}${end}${why}`;
}

/** Of `Ann <ann@example.com>` the name. */
function authorName({ author }: Recorder): string {
  return author.replace(/ <[^>]*>$/, "");
}
