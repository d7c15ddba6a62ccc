import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { ConfigurationError } from "../../../config/problem.ts";
import { shapeProblems } from "../../../config/shape.ts";
import { matchingText } from "../../../config/text.ts";
import { messageOf } from "../../../work/message.ts";
import { writeWhole } from "../../../work/wholeFile.ts";

/** The file that pins databases of advisories; of the project, beside Pulumi.yaml. */
export const pinsFile = "advisories.lock.yaml";

const pinSchema = z.strictObject({
  /** Of the file as it was fetched, or over all files of a folder. */
  digest: matchingText(/^sha256:[0-9a-f]{64}$/, "a digest (sha256:…)"),
  /** The day on which it was taken. */
  taken: matchingText(/^\d{4}-\d{2}-\d{2}$/, "a day such as 2026-11-29"),
});
const pinsSchema = z.record(z.string(), pinSchema);

/** Which content of a database is meant, and of which day it is. */
export type Pin = z.output<typeof pinSchema>;

/** The pinned databases by name; none where there is no such file. @throws ConfigurationError with all that is wrong in it. */
export function readPins(root: string): Record<string, Pin> {
  const file = path.join(root, pinsFile);
  if (!existsSync(file)) return {};
  const input = parsed(readFileSync(file, "utf8"));
  const { success, data, error } = pinsSchema.safeParse(input);
  if (success) return data;
  const problems = shapeProblems(error.issues, input, pinsSchema);
  throw new ConfigurationError(
    problems.map((each) => ({ ...each, path: each.path === "" ? pinsFile : `${pinsFile}: ${each.path}` })),
  );
}

/** Writes the pins; those of databases that are no more are left out. */
export function writePins(root: string, pins: Readonly<Record<string, Pin>>): void {
  const head =
    "# Written by npm run audit -- --fetch: which content of each database of advisories counts. Commit it.\n";
  const sorted = Object.fromEntries(Object.entries(pins).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeWhole(path.join(root, pinsFile), `${head}${stringify(sorted, { lineWidth: 0 })}`);
}

/** Whole days since a database was taken. */
export function pinAgeDays({ taken }: Pin, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - new Date(taken).getTime()) / 86_400_000));
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    const got = messageOf(error).split("\n")[0] ?? "";
    const fix = "take it from git again, or npm run audit -- --fetch";
    throw new ConfigurationError([{ path: pinsFile, expected: "YAML", got, fix }]);
  }
}
