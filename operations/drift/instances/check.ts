import { deflateSync, inflateSync } from "node:zlib";
import { z } from "zod";
import { ownOfSystems } from "../../parity/difference.ts";
import { rootFactsProgram } from "../../parity/readHost.ts";
import { groupCount } from "./groups.ts";
import { literalPattern } from "../../../work/literalPattern.ts";

/** Paths that no box needs to have as its image has them: what cloud-init and the first boot write. */
const writtenAtBoot = [
  /^var\/lib\/(cloud|dhcp|NetworkManager|amazon)(\/|$)/,
  /^etc\/(hostname|hosts|resolv\.conf|machine-id|network\/interfaces\.d\/.*|cloud\/.*\.(local|instance)-.*)$/,
  /^snap(\/|$)/,
];

/** Patterns of what is not compared on an instance. */
export const instanceLeftOut: readonly RegExp[] = [...ownOfSystems, ...writtenAtBoot];

const answerSchema = z.object({
  groups: z.base64(),
  shown: z.record(z.string(), z.string()),
  setId: z.array(z.string()),
  mounts: z.array(z.string()),
  programs: z.array(z.string()),
});

/** What a box tells of itself in a few kilobytes. */
export type BoxAnswer = z.output<typeof answerSchema>;

/**
 * The line that has a box print what it holds; it only reads there.
 * @param show groups whose files are wanted one by one.
 * @param volatile paths of applications that may be written.
 */
export function checkLine(show: readonly number[], volatile: readonly string[]): string {
  const leaveOut = [...instanceLeftOut.map(({ source }) => source), ...volatile.map(below)];
  const program = deflateSync(rootFactsProgram, { level: 9 }).toString("base64");
  const request = Buffer.from(JSON.stringify({ leaveOut, groups: groupCount, show })).toString("base64");
  // Base64 has no character that a shell takes for anything else.
  return `python3 -c "import base64,zlib;exec(zlib.decompress(base64.b64decode('${program}')))" --groups ${request}`;
}

/** A pattern of what lies below a path of a box, which it may write. */
export function below(path: string): string {
  return `^${literalPattern(path.replace(/^\//, ""))}(/|$)`;
}

/** Reads what a box printed. @throws Error when it is something else. */
export function readAnswer(printed: string): BoxAnswer {
  if (printed.trim() === "") throw new Error("expected facts of the box, got an empty answer");
  try {
    return answerSchema.parse(JSON.parse(inflateSync(Buffer.from(printed.trim(), "base64")).toString()));
  } catch (error) {
    throw new Error(`expected facts of the box, got something else: ${printed.slice(0, 60)}`, {
      cause: error,
    });
  }
}
