import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { gunzipSync } from "node:zlib";
import { projectRoot } from "../../config/root.ts";
import type { Engine } from "../../engine/engine.ts";
import { fetchLedger } from "../../images/ledger/fetch.ts";
import { lockFile } from "../../plan/lockFile.ts";
import { knownClones } from "../../work/clones.ts";
import { selectionOf } from "../release/selection.ts";
import { selectStack } from "../stack/stack.ts";
import { enginesIn } from "../state/engines.ts";
import { resourcesOf } from "../state/resource.ts";
import { allStackNames } from "../state/stacks.ts";
import { readReleasesHere, type KnownRelease } from "../state/releases.ts";
import { referencesIn } from "./plan.ts";

/** What must stay, and where the things are. */
export interface References {
  /** Ids and digests that anything names. */
  names: Set<string>;
  /** The engines of other machines that stacks run on. */
  engines: Engine[];
}

/** The releases to keep: the newest of each environment, and those that a stack's file names. */
export function keptReleases(
  releases: readonly KnownRelease[],
  keep: number,
  selected: readonly string[] = [],
): KnownRelease[] {
  return [...Map.groupBy(releases, ({ environment }) => environment).values()].flatMap((each) =>
    each
      .toSorted((a, b) => b.number - a.number)
      .filter(
        ({ name, number }, index) =>
          // A number alone is of the environment beside it: of whichever, it stays.
          index < keep || selected.includes(name) || selected.includes(String(number)),
      ),
  );
}

/**
 * All that kept releases, the files and states of all stacks, and other clones of this user refer to.
 * @throws Error when the state of a stack cannot be read: nothing may be removed then.
 */
export async function allReferences(keep: number): Promise<References> {
  const states = await Promise.all(
    (await allStackNames()).map(async (name) => (await selectStack(name)).exportStack()),
  );
  fetchLedger(projectRoot);
  const clones = new Set([projectRoot, ...knownClones()]);
  const texts = [
    ...states.map((state) => JSON.stringify(state)),
    ...[...clones].flatMap((root) => textsOf(root, keep)),
  ];
  return {
    names: new Set(texts.flatMap(referencesIn)),
    engines: enginesIn(states.flatMap((state) => resourcesOf(state))),
  };
}

/** What a clone refers to: its kept and selected releases, the states that it keeps itself, and its lock. */
export function textsOf(root: string, keep: number): string[] {
  const selected = stackNames(root).flatMap((stack) => selectionOf(root, stack) ?? []);
  const files = selected
    .map((each) => path.join(root, each))
    .filter((file) => /\.json$/.test(file) && existsSync(file));
  return [
    ...keptReleases(readReleasesHere(root), keep, selected).map(({ document }) => JSON.stringify(document)),
    ...files.map((file) => readFileSync(file, "utf8")),
    ...localStates(root),
    ...lockOf(root),
  ];
}

/** The lock names files of packages, by their digests. */
function lockOf(root: string): string[] {
  const file = path.join(root, lockFile);
  return existsSync(file) ? [readFileSync(file, "utf8")] : [];
}

function stackNames(root: string): string[] {
  return readdirSync(root).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
}

/** The states in the clone's own folder, where toolchain/env puts them; secrets in them are encrypted. */
function localStates(root: string): string[] {
  const folder = path.join(root, ".pulumi-state/.pulumi/stacks");
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.json(\.gz)?$/.test(file))
    .map((file) => {
      const content = readFileSync(path.join(folder, file));
      return (file.endsWith(".gz") ? gunzipSync(content) : content).toString("utf8");
    });
}
