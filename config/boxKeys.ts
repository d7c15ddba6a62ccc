import { z } from "zod";
import { size, whole } from "./forms.ts";
import { matchingText } from "./text.ts";

/** Of setrlimit(2), as Compose and the engine name them. */
const limitNames =
  "core|cpu|data|fsize|locks|memlock|msgqueue|nice|nofile|nproc|rss|rtprio|rttime|sigpending|stack";
const limit = whole(-1, 2 ** 53 - 1, "a whole number, or -1 for no limit");
const limitPair = z.strictObject({ soft: limit, hard: limit });

/** What the box of an application or accessory has, in containers, beyond what every box has; in Compose's words. */
export const boxKeys = {
  ulimits: z
    .record(
      matchingText(new RegExp(`^(${limitNames})$`), `one of ${limitNames.replaceAll("|", ", ")}`),
      z.union([limit, limitPair], {
        error: "a number (-1: no limit), or a soft and a hard one: { soft: 1024, hard: 65536 }",
      }),
    )
    .optional()
    .describe(
      "Limits of its processes in a container, by name (nofile: 65536, or { soft, hard }), over those of its unit.",
    ),
  init: z
    .boolean()
    .optional()
    .describe(
      "Has a small first process in a container before its program, which takes leave of processes that nobody waits for, and hands signals on (docker run --init).",
    ),
  shmSize: size.optional().describe("Size of /dev/shm in a container; default: the engine's, 64 MiB."),
  volatile: z
    .array(
      matchingText(
        /^\/[^\s:]*(:exec)?$/,
        "an absolute path without spaces or colons, but for :exec at its end",
      ),
    )
    .default([])
    .describe(
      "Paths that may be written, lost with the box (tmpfs). Nothing there can be run, unless :exec follows (/var/cache/app:exec).",
    ),
};

/** The keys of a box that are not there unless they are written. */
export type BoxKeys = Partial<Pick<z.output<z.ZodObject<typeof boxKeys>>, "ulimits" | "init" | "shmSize">>;
export type Ulimits = NonNullable<BoxKeys["ulimits"]>;

/** Both limits of what is written as one number or two. */
export function softAndHard(limit: Ulimits[string]): [soft: number, hard: number] {
  return typeof limit === "number" ? [limit, limit] : [limit.soft, limit.hard];
}
