import { hash } from "node:crypto";
import { gitNow, isAncestor } from "../../work/git.ts";
import { endWhereInterrupted } from "../../work/interruption.ts";
import { withLock } from "../../work/lock.ts";
import { inCandidate } from "./candidate.ts";
import { chosenFiles, type Choices } from "./choices.ts";
import { mergeInto, standIns } from "./merge.ts";
import { ownFiles, type ThreeTrees } from "./own.ts";
import { mergedPackageFiles, writtenBlob } from "./mergedPackageFiles.ts";
import { refuseUnfit } from "./refuse.ts";
import { baseOf, fetchVersion, sourceRepository, type Version } from "./source.ts";
import {
  versionOfPackage,
  recordFile,
  standingOf,
  standingText,
  withoutPassword,
  type Standing,
} from "../standing/standing.ts";
import { takeOver, upgradeCommit } from "./takeOver.ts";
import { textIn, treeOf, treeWith, type Settled } from "./tree.ts";
import type { UpgradePlan } from "./plan.ts";

/** What is asked of an upgrade. */
export interface UpgradeRequest {
  version?: string | undefined;
  /** The repository of Immutable Fleets; default: what the project says. */
  from?: string | undefined;
  /** The version that the project stands on; default: what the project or its history says. */
  base?: string | undefined;
  choices: Choices;
}

/** What goes on around it. */
export interface UpgradeTalk {
  /** Is told what there is to say. */
  say: (text: string) => void;
  /** Tries the new version in a folder that has the project on it. @returns files that were changed for it, to be taken too, and whether to go on. */
  tried: (plan: UpgradePlan, folder: string) => Promise<{ changed: string[]; goesOn: boolean }>;
}

/** What came of it: `same`: the project stands on it already; `left`: all is as it was. */
export type UpgradeResult = UpgradePlan & { end: "taken" | "left" | "conflicts" | "same" };

/**
 * Takes a project to another version of Immutable Fleets: merges in a work tree of its own, has that tried, and only then gives it to the
 * clone, in one step.
 * @throws Error where it cannot; the clone is as it was.
 */
export async function upgrade(
  root: string,
  request: UpgradeRequest,
  talk: UpgradeTalk,
): Promise<UpgradeResult> {
  const waiting = () => {
    talk.say("Another upgrade of this clone is at work; waiting for it.\n");
  };
  return withLock(`upgrade-${hash("sha256", root, "hex").slice(0, 16)}`, waiting, async () => {
    refuseUnfit(root);
    const standing = standingOf(root);
    const from = sourceRepository(root, standing, request.from);
    const theirs = await fetchVersion(root, from, request.version);
    const given = request.base === undefined ? {} : { given: request.base };
    const base = await baseOf(root, { standing, from, target: theirs, ...given });
    const ours = gitNow(root, ["rev-parse", "HEAD"]);
    const plan = { base, ours, theirs, from: withoutPassword(from), held: [], conflicts: [], removed: [] };
    if (base.commit === theirs.commit) return { ...plan, end: "same" };
    refuseOlder(root, base, theirs);
    endWhereInterrupted();
    return merged(root, plan, request.choices, talk);
  });
}

function refuseOlder(root: string, base: Version, theirs: Version): void {
  if (!isAncestor(root, theirs.commit, base.commit)) return;
  throw new Error(
    `VERSION: expected a newer version than ${base.name}, got ${theirs.name}, which is older; git revert -m 1 takes an upgrade back`,
  );
}

async function merged(
  root: string,
  plan: UpgradePlan,
  choices: Choices,
  talk: UpgradeTalk,
): Promise<UpgradeResult> {
  const trees = treesOf(root, plan);
  const own = ownFiles(trees);
  const chosen = chosenFiles(choices, trees);
  const packages = mergedPackageFiles(root, trees);
  const settled = new Map([...packages.settled, ...own.settled, ...chosen]);
  const open = packages.conflicts.filter(({ file }) => !settled.has(file));
  const { ours, theirs } = standIns(
    root,
    { base: plan.base.commit, ours: plan.ours, theirs: plan.theirs.commit },
    // What is told below already is no matter of Git's.
    new Map([...settled, ...open.map(({ file }) => [file, trees.ours.get(file)] as const)]),
  );
  return inCandidate(root, ours, async (folder) => {
    const { tree, conflicts, removed } = await mergeInto(folder, theirs);
    const told = { ...plan, held: own.held, removed, conflicts: [...open, ...conflicts] };
    if (tree === undefined || told.conflicts.length > 0) return { ...told, end: "conflicts" };
    endWhereInterrupted();
    return tried(root, folder, { ...told, tree: recorded(root, tree, plan) }, talk);
  });
}

function treesOf(root: string, { base, ours, theirs }: UpgradePlan): ThreeTrees {
  return {
    base: treeOf(root, base.commit),
    ours: treeOf(root, ours),
    theirs: treeOf(root, theirs.commit),
  };
}

/** The tree that says itself on which version it stands. */
function recorded(root: string, tree: string, { theirs, from }: UpgradePlan): string {
  const version = versionOfPackage(textIn(root, treeOf(root, theirs.commit), "package.json") ?? "{}");
  // What was named for once does not stay.
  const standing: Standing = { version, commit: theirs.commit, from: standingOf(root)?.from ?? from };
  const entry = { mode: "100644", id: writtenBlob(root, standingText(standing)) };
  const settled: Settled = new Map([[recordFile, entry]]);
  return treeWith(root, tree, settled);
}

async function tried(
  root: string,
  folder: string,
  plan: UpgradePlan & { tree: string },
  { tried: tries }: UpgradeTalk,
): Promise<UpgradeResult> {
  const message = `Immutable Fleets ${plan.theirs.name} in the place of ${plan.base.name}`;
  const commitOf = (tree: string) =>
    upgradeCommit(root, { tree, ours: plan.ours, theirs: plan.theirs.commit, message });
  gitNow(folder, ["reset", "--quiet", "--hard", commitOf(plan.tree)]);
  const { changed, goesOn } = await tries(plan, folder);
  endWhereInterrupted();
  if (!goesOn) return { ...plan, end: "left" };
  if (changed.length > 0) gitNow(folder, ["add", "--", ...changed]);
  await takeOver(root, commitOf(gitNow(folder, ["write-tree"])));
  return { ...plan, end: "taken" };
}
