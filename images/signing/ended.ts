import { z } from "zod";
import { ConfigurationError } from "../../config/problem.ts";
import { canonicalJson, sha256 } from "../../plan/digest.ts";
import { trustedFile, trustFolder } from "../ledger/trust.ts";

/** The end of a key, as its file beside the key has it (releases/keys/<key>.ended.json). */
export const keyEndSchema = z.strictObject({
  format: z.literal(1),
  key: z.string().regex(/^[0-9a-f]{16}$/, { error: "the id of a key" }),
  endedAt: z.iso.datetime().describe("For people: nothing is compared with it."),
  by: z.string().min(1),
  reason: z.string().min(1),
  keeps: z
    .record(z.string(), z.string().regex(/^sha256:[0-9a-f]{64}$/, { error: "a digest (sha256:…)" }))
    .describe(
      "What it signed that stays good: the digests of entries and statements, by their places in releases/.",
    ),
});

/**
 * What a key that was ended had signed until then: it is good for that, and for nothing else. Not a time decides, which whoever has the key writes as
 * they like, but what had been recorded.
 */
export type KeyEnd = z.output<typeof keyEndSchema>;

/** The file of a key's end, in the project. */
export function keyEndFile(id: string): string {
  return `${trustFolder}/${id}.ended.json`;
}

/** How a key ended; undefined: it did not. @throws ConfigurationError where its file is another: nobody can tell then. */
export function keyEnd(root: string, id: string): KeyEnd | undefined {
  return readEnd(root, id)?.end;
}

function readEnd(root: string, id: string): { end: KeyEnd; keeps: ReadonlySet<string> } | undefined {
  const text = /^[0-9a-f]+$/.test(id) ? trustedFile(root, `${id}.ended.json`) : undefined;
  if (text === undefined) return undefined;
  const { end, keeps } = parsedEnd(id, text);
  if (end?.key === id) return { end, keeps };
  throw new ConfigurationError([
    {
      path: keyEndFile(id),
      expected: `how the key ${id} ended`,
      got: "another file",
      fix: "take it again from where it was merged",
    },
  ]);
}

interface ParsedEnd {
  text: string;
  end: KeyEnd | undefined;
  keeps: ReadonlySet<string>;
}

/** What was read, by key: of each as it was last. */
const known = new Map<string, ParsedEnd>();

function parsedEnd(id: string, text: string): ParsedEnd {
  const present = known.get(id);
  if (present?.text === text) return present;
  const end = endIn(text);
  const parsed = { text, end, keeps: new Set(Object.values(end?.keeps ?? {})) };
  known.set(id, parsed);
  return parsed;
}

function endIn(text: string): KeyEnd | undefined {
  try {
    return keyEndSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** What names a signed thing, with its signature: SHA-256 over its JSON with sorted keys, however its file is laid out. */
export function signedDigest(signed: unknown): string {
  return `sha256:${sha256(canonicalJson(signed))}`;
}

/** The end of a key that came before it signed this, as far as anybody can prove; undefined: it has not ended, or this was recorded before. */
export function endBefore(root: string, id: string, signed: unknown): KeyEnd | undefined {
  const read = readEnd(root, id);
  return read && !read.keeps.has(signedDigest(signed)) ? read.end : undefined;
}

/** `by the key 0123456789abcdef after its end on 2026-11-30 (it leaked)`. */
export function afterEndWords({ key, endedAt, reason }: KeyEnd): string {
  return `one by the key ${key} that was recorded only after its end on ${endedAt.slice(0, 10)} (${reason})`;
}

/** Refuses to sign by a key that has ended. @param file where it is, or the variable. */
export function refuseEndedKey(root: string, id: string, file: string): void {
  const end = keyEnd(root, id);
  if (!end) return;
  throw new Error(
    `${file}: expected a key that has not ended, got ${id}, which ${end.by} ended on ${end.endedAt.slice(0, 10)} (${end.reason}); nothing was signed; remove it, and the next one that is made is to be merged into ${trustFolder}`,
  );
}
