import type { FileChanges } from "./changes.ts";
import type { Held } from "./own.ts";
import type { UpgradePlan } from "./plan.ts";
import type { MigrationsTold } from "./trial.ts";

const words: Readonly<Record<Held["why"], string>> = {
  sample: "of the sample, which is yours",
  own: "yours",
  removed: "which you removed: it stays away",
  "written anew": "which you wrote anew",
};

/** What an upgrade would do with the files of a clone, for a terminal. */
export function describePlan(
  plan: UpgradePlan,
  { added, changed, removed, kept }: FileChanges,
  migrations: MigrationsTold | undefined,
): string {
  return [
    `Immutable Fleets ${describeVersion(plan.base)} → ${describeVersion(plan.theirs)}, of ${plan.from}`,
    `Files of it: ${added} new, ${changed} changed, ${removed} gone`,
    ...section(
      "Your changes in them stay",
      kept.map(({ file, isMerged }) => (isMerged ? `${file}, with what is new in it` : file)),
    ),
    ...section("You removed them, they stay away", plan.removed),
    ...section(
      "Yours stay as they are, though the new version has them otherwise",
      plan.held.map(({ unit, why }) => `${unit}, ${words[why]}`),
    ),
    ...section("Written into your configuration, so that it means what it did", migrations?.told ?? []),
    `What is new: git diff ${short(plan.base.commit)} ${short(plan.theirs.commit)} -- CHANGELOG.md`,
    "",
  ].join("\n");
}

/** Which files keep an upgrade from being made, and the ways out. */
export function describeConflicts({ conflicts, base, theirs }: UpgradePlan): string {
  const [before, after] = [short(base.commit), short(theirs.commit)];
  return [
    ...conflicts.map(
      ({ file, why }) =>
        `${file}: expected a change on one side alone, got two that do not go together: ${why}`,
    ),
    "Nothing was changed. Say for each whose it is to be, and put into the new one what you need of yours afterwards:",
    `  --keep FILE   yours; what is new in it is seen by git diff ${before} ${after} -- FILE`,
    `  --take FILE   that of ${theirs.name}; yours is seen by git diff ${before} HEAD -- FILE`,
    "",
  ].join("\n");
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
}

function describeVersion({ name, commit }: { name: string; commit: string }): string {
  return commit.startsWith(name) ? name : `${name} (${short(commit)})`;
}

function short(commit: string): string {
  return commit.slice(0, 7);
}
