import * as path from "node:path";
import { trustedFiles, trustPlace } from "../../images/ledger/trust.ts";
import { keyEnd, keyEndFile, type KeyEnd } from "../../images/signing/ended.ts";
import { trustedKey } from "../../images/signing/key.ts";
import { writeWhole } from "../../work/wholeFile.ts";
import { signedFiles } from "./signers.ts";

/** What ends a key: who, why, and what was recorded at that moment, by place. */
export interface EndRequest {
  id: string;
  /** Who ends it. */
  by: string;
  reason: string;
  recorded: ReadonlyMap<string, string>;
}

/**
 * Writes down, in this clone, that a key has ended, and what it signed before: of what was recorded, and of nothing else. Where it had ended already,
 * nothing that did not count any more counts again.
 * @throws Error where there is no such key.
 */
export function endKey(root: string, { id, by, reason, recorded }: EndRequest, now = new Date()): KeyEnd {
  if (typeof trustedKey(root, id) === "string") throw unknownKey(root, id);
  const earlier = keyEnd(root, id);
  const kept = earlier && new Set(Object.values(earlier.keeps));
  const signed = signedFiles(recorded).filter(
    ({ keys, digest }) => keys.includes(id) && (kept?.has(digest) ?? true),
  );
  const end: KeyEnd = {
    format: 1,
    key: id,
    endedAt: now.toISOString(),
    by,
    reason,
    keeps: Object.fromEntries(signed.map(({ file, digest }) => [file, digest])),
  };
  writeWhole(path.join(root, keyEndFile(id)), `${JSON.stringify(end, null, 2)}\n`);
  return end;
}

function unknownKey(root: string, id: string): Error {
  const known = trustedFiles(root).flatMap((file) => /^([0-9a-f]+)\.pem$/.exec(file)?.[1] ?? []);
  return new Error(
    `--end: expected a key of ${trustPlace(root)} (${known.join(", ") || "there is none"}), got ${id}; npm run keys lists them`,
  );
}

/** What is said of it. @param recorded all that there is now. */
export function endText(root: string, { key, keeps }: KeyEnd, recorded: ReadonlyMap<string, string>): string {
  const ended = signedFiles(recorded).filter(
    ({ keys, digest }) => keys.includes(key) && !Object.values(keeps).includes(digest),
  );
  const entries = ended.map(({ file }) => file).filter((file) => !file.startsWith("proofs/"));
  const others = ended.length - entries.length;
  return [
    `${keyEndFile(key)}: the key ends with ${Object.keys(keeps).length} entries and statements, which stay good`,
    ...(entries.length > 0
      ? [`from then on these do not count: ${entries.map((file) => file.replace(".json", "")).join(", ")}`]
      : []),
    ...(others > 0 ? [`nor ${others} ${others === 1 ? "statement" : "statements"} of images`] : []),
    `It counts once the file is in ${trustPlace(root)}; leave ${key}.pem there, which what stays is verified by.`,
  ]
    .map((line) => `${line}\n`)
    .join("");
}
