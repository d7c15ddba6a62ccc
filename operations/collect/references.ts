import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { projectRoot } from "../../config/root.ts";
import { selectStack } from "../stack/stack.ts";
import { allStackNames } from "../state/stacks.ts";
import { readReleases, type KnownRelease } from "../state/releases.ts";
import { referencesIn } from "./plan.ts";

/** The releases to keep: the newest of each environment. */
export function keptReleases(releases: readonly KnownRelease[], keep: number): KnownRelease[] {
  return [...Map.groupBy(releases, ({ environment }) => environment).values()].flatMap((each) =>
    each.toSorted((a, b) => b.number - a.number).slice(0, keep),
  );
}

/**
 * All that kept releases and the states of all stacks refer to.
 * @throws Error when the state of a stack cannot be read: nothing may be removed then.
 */
export async function allReferences(keep: number): Promise<Set<string>> {
  const releases = keptReleases(readReleases(projectRoot), keep);
  const states = await Promise.all(
    (await allStackNames()).map(async (name) => stateText(await selectStack(name))),
  );
  const texts = [...releases.map(({ document }) => JSON.stringify(document)), ...states];
  return new Set(texts.flatMap(referencesIn));
}

async function stateText(stack: Stack): Promise<string> {
  return JSON.stringify(await stack.exportStack());
}
