import { existsSync } from "node:fs";
import * as path from "node:path";
import { projectRoot } from "../config/root.ts";
import { describeConflicts } from "../operations/upgrade/text.ts";
import { tryOut } from "../operations/upgrade/tryOut.ts";
import { upgrade, type UpgradeResult } from "../operations/upgrade/upgrade.ts";
import { command } from "./line/command.ts";
import { confirmed } from "./line/confirm.ts";
import { flag, optional, several } from "./line/option.ts";
import { usageExitCode } from "./line/run.ts";

export default command({
  name: "upgrade",
  onStack: false,
  // The programs of both versions see to what they need.
  needs: "nothing",
  about: [
    "Takes the project to a newer version of Immutable Fleets, VERSION or the newest one: says what becomes of its files, previews all stacks that have",
    "been up by both versions, and asks. What is yours stays, and so do your changes in files that come with the version, where the two go together.",
    "Exit codes: 0 it is there, or you said no; 2 both sides changed a file, each otherwise; 1 something is in the way. The clone is as it was, unless",
    "all went well.",
  ].join("\n"),
  summary: "takes the project to a newer version of Immutable Fleets, and says by previews what that changes",
  words: {
    form: "[VERSION]",
    ...{ least: 0, most: 1 },
    ...{ expected: "one version", fix: "name one, or none for the newest" },
  },
  options: {
    from: optional(
      "URL_OR_PATH",
      "the repository of Immutable Fleets (default: where the project came from)",
    ),
    base: optional("VERSION", "what the project stands on (default: what it says itself)"),
    keep: several("FILE", "a file that both changed stays yours"),
    take: several("FILE", "a file that both changed becomes the new version's"),
    stack: several("NAME", "preview this stack alone"),
    "without-preview": flag("preview no stack"),
    project: optional(
      "PATH",
      "the clone to upgrade, where its own version has no such command (default: this one)",
    ),
    "dry-run": flag("only say what would be changed"),
    yes: flag("do not ask", "y"),
  },
  run: async ({ from, base, keep, take, stack, project, yes, ...rest }, [version]) => {
    const { "dry-run": dryRun, "without-preview": unproved } = rest;
    if (!dryRun && !yes && !process.stdin.isTTY) {
      process.stderr.write(
        "--yes: expected it where nobody can be asked, got no terminal; add --yes, or --dry-run\n",
      );
      process.exitCode = usageExitCode;
      return;
    }
    const root = project === undefined ? projectRoot : path.resolve(project);
    const say = (text: string) => void process.stdout.write(text);
    const agreed = async () => !dryRun && (yes || (await confirmed("Take it? [y/N] ")));
    const stacks = unproved ? undefined : (stack as unknown as string[]);
    // Git looks for paths from the clone on.
    const source = from !== undefined && existsSync(from) ? path.resolve(from) : from;
    const request = { version, from: source, base, choices: { keep, take } };
    const result = await upgrade(root, request, {
      say,
      tried: (plan, folder) => tryOut(root, plan, folder, { stacks, say, agreed }),
    });
    tell(result);
  },
});

function tell(result: UpgradeResult): void {
  const { end, theirs, ours } = result;
  if (end === "conflicts") {
    process.stderr.write(describeConflicts(result));
    process.exitCode = 2;
  } else if (end === "taken")
    process.stdout.write(
      `The project stands on ${theirs.name}. Next: npm run up; git reset --hard ${ours.slice(0, 7)} takes it back\n`,
    );
  else if (end === "same") process.stdout.write(`The project stands on ${theirs.name} already\n`);
  else process.stdout.write("Nothing was changed\n");
}
