import { existsSync, globSync, rmSync } from "node:fs";
import * as path from "node:path";
import { fileText } from "../../config/read/readFiles.ts";
import { nameOfProject } from "../../config/read/stackKeys.ts";
import { gitNow } from "../../work/git.ts";
import { writeWhole } from "../../work/wholeFile.ts";
import { freshStanding, recordFile, standingOf, standingText, type Standing } from "../standing/standing.ts";
import { ownChangelog, ownPackage, ownStack, ownTopology, samples, type Wish } from "./own.ts";

/** What became of the files of a project. */
export interface Initialised {
  written: string[];
  removed: string[];
}

/** Pulumi's rule for names of projects. */
const projectName = /^[A-Za-z0-9_.-]{1,100}$/;

/**
 * Makes a clone somebody's own: its name, its changelog, and what runs in it.
 * @param withSample whether the sample's applications stay.
 * @throws Error for a name that is none, stacks of the former name, and files with changes that no commit has; nothing is written then.
 */
export function initialise(root: string, name: string, withSample: boolean): Initialised {
  if (!projectName.test(name))
    throw new Error(
      `NAME: expected letters, digits, _, - and ., at most 100, got ${name}; name it otherwise`,
    );
  const former = nameOfProject(root);
  refuseStacks(root, former, name);
  const standing = standingOf(root) ?? freshStanding(root);
  const wish = { name, withSample, origin: originOf(standing) };
  const texts = { ...ownTexts(root, former, wish), [recordFile]: standingText(standing) };
  const removed = withSample ? [] : sampleFiles(root);
  refuseChanged(root, [...Object.keys(texts), ...removed]);
  for (const [file, text] of Object.entries(texts)) writeWhole(path.join(root, file), text);
  for (const file of removed) rmSync(path.join(root, file), { recursive: true, force: true });
  return { written: Object.keys(texts), removed };
}

function ownTexts(root: string, former: string, wish: Wish): Record<string, string> {
  const stacks = globSync("Pulumi.*.yaml", { cwd: root }).filter((file) => !isLeftOut(file, wish));
  const packages = ["package.json", "package-lock.json"].filter((file) => existsSync(path.join(root, file)));
  return {
    "Pulumi.yaml": ownTopology(fileText(root, "Pulumi.yaml"), wish),
    ...Object.fromEntries(stacks.map((file) => [file, ownStack(fileText(root, file), former, wish)])),
    ...Object.fromEntries(packages.map((file) => [file, ownPackage(fileText(root, file), wish)])),
    "CHANGELOG.md": ownChangelog(wish),
  };
}

/** What runs in production is the sample's, to its last line. */
const production = "Pulumi.prod.yaml";

function isLeftOut(file: string, { withSample }: Wish): boolean {
  return !withSample && file === production;
}

function sampleFiles(root: string): string[] {
  const all = [...samples.flatMap((each) => [`apps/${each}`, `playbooks/roles/${each}`]), production];
  return all.filter((file) => existsSync(path.join(root, file)));
}

/** `0.1.0, commit 1234abc`. */
function originOf({ version, commit }: Standing): string {
  return commit === undefined ? version : `${version}, commit ${commit.slice(0, 7)}`;
}

/** A stack belongs to the project's name: under another one nobody finds what it runs. */
function refuseStacks(root: string, former: string, name: string): void {
  if (former === name) return;
  const states = globSync(`.pulumi-state/.pulumi/stacks/${former}/*.json`, { cwd: root });
  const stacks = states.map((file) => path.basename(file, ".json")).sort();
  if (stacks.length === 0) return;
  throw new Error(
    `NAME: expected a project without stacks, got ${stacks.join(", ")} of ${former}, which would not be found any more; remove them (npm run destroy -- --stack ${stacks[0] ?? ""}, ./fleet pulumi stack rm), or keep the name ${former}`,
  );
}

function refuseChanged(root: string, files: readonly string[]): void {
  let changed: string;
  try {
    changed = gitNow(root, ["status", "--porcelain", "--", ...files]);
  } catch {
    return; // A copy without a history.
  }
  if (changed === "") return;
  const names = changed.split("\n").map((line) => line.slice(3));
  throw new Error(
    `${names.join(", ")}: expected no changes that would be written over, got some; commit them, or take them back, and run it again`,
  );
}
