import { z } from "zod";
import { durationPattern } from "./durations.ts";
import { matchingText } from "./text.ts";

const commandLine = z.array(z.string()).min(1);
const keepExpected = "a whole number from 1 to 1000";

/** How the data of an accessory is written out, read in and looked at: part of what it is. */
const backupProgramsSchema = z
  .strictObject({
    dump: commandLine.describe("Command in its box that writes all of its data to standard output."),
    restore: commandLine.describe(
      "Command in a box on an empty volume, once that is ready, that reads it from standard input.",
    ),
    check: z
      .strictObject({
        run: commandLine.describe("Command in the restored box that looks at the data: a query."),
        expects: z
          .string({ error: "a regular expression" })
          .refine(isPattern, { error: "a regular expression" })
          .describe("Regular expression that what it prints must match."),
      })
      .describe("How a restored copy shows that it is whole."),
  })
  .describe("How its data is dumped, restored and checked. No shell: lists of arguments.");

/** How often it is backed up in an environment, and where to. */
export const backupSchema = z
  .strictObject({
    to: matchingText(
      /^(\/[^\s:]*|s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[\w!.*'()/-]*)?)$/,
      "an absolute folder or s3://BUCKET/PREFIX",
    ).describe("Folder of the machine that runs the commands, or bucket and prefix."),
    key: matchingText(
      /^[a-z][a-z0-9-]{0,30}$/,
      "a name of lower-case letters, digits and dashes, at most 31 characters",
    ).describe("The secret that encrypts: an age identity (AGE-SECRET-KEY-1…), or a long random text."),
    every: matchingText(durationPattern, "a time such as 6 h (min, h or d)")
      .default("1 d")
      .describe("How old the newest backup gets; half as much later it counts as drift."),
    keep: z
      .number({ error: keepExpected })
      .int({ error: keepExpected })
      .min(1, { error: keepExpected })
      .max(1000, { error: keepExpected })
      .default(14)
      .describe("How many good ones are kept."),
  })
  .describe("Its backups; each is restored into a throw-away box and checked.");

/** What an accessory's image knows of its data. */
export const dataKeys = {
  backup: backupProgramsSchema.optional(),
  fits: z
    .array(z.string())
    .min(1)
    .optional()
    .describe(
      "Command of its image that exits 0 where that takes the data as it is, which it may read; asked before a box of a newer image takes the place of the one that serves.",
    ),
};

function isPattern(pattern: string): boolean {
  try {
    return new RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}

export type BackupPrograms = z.output<typeof backupProgramsSchema>;
export type BackupSettings = z.output<typeof backupSchema>;
