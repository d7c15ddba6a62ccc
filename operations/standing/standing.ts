import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { gitNow } from "../../work/git.ts";

/** Where a project says which version of Immutable Fleets it stands on. */
export const recordFile = ".immutable-fleets.json";

const standingSchema = z.strictObject({
  version: z.string(),
  /** The commit of that version. */
  commit: z
    .string()
    .regex(/^[0-9a-f]{40}$/)
    .optional(),
  /** The repository that it came from, and that newer ones come from. */
  from: z.string().optional(),
});

/** The version that a project stands on. */
export type Standing = z.infer<typeof standingSchema>;

/** What a project says of it; undefined where it says nothing, as the repository of Immutable Fleets itself does. */
export function standingOf(root: string): Standing | undefined {
  const file = path.join(root, recordFile);
  if (!existsSync(file)) return undefined;
  try {
    return standingSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    throw new Error(
      `${recordFile}: expected version, commit and from of what the project stands on, got something else; take it back by git checkout`,
    );
  }
}

/** The file's text. */
export function standingText(standing: Standing): string {
  return `${JSON.stringify(standing, undefined, 2)}\n`;
}

/** The standing of a fresh clone of Immutable Fleets. */
export function freshStanding(root: string): Standing {
  const asked = (args: readonly string[]) => {
    try {
      return gitNow(root, args);
    } catch {
      return undefined; // A copy without a history.
    }
  };
  const head = asked(["rev-parse", "--verify", "HEAD"]);
  // Without what somebody has committed since.
  const commit = asked(["merge-base", "HEAD", "refs/remotes/origin/HEAD"]) ?? head;
  const from = asked(["remote", "get-url", "origin"]);
  return {
    version: versionOfPackage(readFileSync(path.join(root, "package.json"), "utf8")),
    ...(commit !== undefined && { commit }),
    ...(from !== undefined && { from: withoutPassword(from) }),
  };
}

/** Which version of Immutable Fleets a project has, in words. */
export function versionText(root: string): string {
  return `Immutable Fleets ${describeStanding(standingOf(root) ?? freshStanding(root))}`;
}

/** `0.1.0`, of the text of a package.json. */
export function versionOfPackage(text: string): string {
  const { version = "" } = JSON.parse(text) as { version?: string };
  return version;
}

/** `0.2.0, commit 1234abc, of https://…`. */
function describeStanding({ version, commit, from }: Standing): string {
  return [
    version,
    ...(commit === undefined ? [] : [`commit ${commit.slice(0, 7)}`]),
    ...(from === undefined ? [] : [`of ${from}`]),
  ].join(", ");
}

/** A repository's address as it may be written down: who signed in, and with what, stays out. */
export function withoutPassword(address: string): string {
  return address.replace(/^(\w+:\/\/)[^/@]+@/, (all, scheme: string) => (scheme === "ssh://" ? all : scheme));
}
