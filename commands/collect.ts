import { createInterface } from "node:readline/promises";
import { owner } from "../config/owner.ts";
import { sweepDeadBuilds } from "../images/layer/sweep.ts";
import type { Item } from "../operations/collect/item.ts";
import { lookAtPlaces } from "../operations/collect/places.ts";
import { planCollection } from "../operations/collect/plan.ts";
import { allReferences } from "../operations/collect/references.ts";
import { inBoth, removeAll } from "../operations/collect/remove.ts";
import { removalText, sizeText, type Removal } from "../operations/collect/text.ts";
import { formatBytes, parseSpan } from "../operations/text/format.ts";
import { command } from "./line/command.ts";
import { flag, mapped, matching, optional, text, UsageProblem } from "./line/option.ts";
import { usageExitCode } from "./line/run.ts";

export default command({
  name: "collect",
  about:
    "Removes this project's images, stopped boxes and cached files that no kept release, no stack and nothing running refers to.",
  summary: "removes images that no release, stack or box needs; `--dry-run` says which",
  options: {
    keep: mapped(
      matching(
        text("N", "5", "releases kept of each environment"),
        /^[1-9]\d*$/,
        "a whole number from 1",
        "for example --keep 5",
      ),
      Number,
    ),
    "minimum-age": mapped(text("SPAN", "1 d", "nothing younger is removed: 90 min, 12 h, 1 d"), secondsOf),
    "dry-run": flag("only say what would be removed"),
    yes: flag("do not ask", "y"),
    unmarked: flag(
      "also what was made before owners were noted; for whoever shares engine and account with nobody",
    ),
    only: matching(
      optional(
        "LABEL=VALUE",
        "only images and containers that also carry this label; leaves the cache alone",
      ),
      /^[^=]+=/,
      "LABEL=VALUE",
      "name a label and its value",
    ),
    aws: mapped(
      text(
        "REGIONS",
        "",
        "AMIs and snapshots of these regions too, by comma; only those with this project's tags",
      ),
      regionsOf,
    ),
    registry: optional("PREFIX", "images in this registry too, for example registry.example/team; only ours"),
  },
  onStack: false,
  needs: "boxes",
  run: async ({ keep, only, aws: regions, registry, unmarked, yes, ...rest }) => {
    const { "dry-run": dryRun, "minimum-age": minimumAgeSeconds } = rest;
    if (!dryRun && !yes && !process.stdin.isTTY) {
      process.stderr.write(
        "--yes: expected it where nobody can be asked, got no terminal; add --yes, or --dry-run\n",
      );
      process.exitCode = usageExitCode;
      return;
    }
    if (!dryRun && only === undefined) await sweepDeadBuilds("");
    const look = { keep, only, regions, registry, unmarked, minimumAgeSeconds };
    const { removals, silent, kept } = await lookForRemovals(look);
    const all = removals.flatMap(({ items }) => items);
    process.stdout.write(removalText(removals, new Date()));
    silent.forEach(unwell);
    if (dryRun) tell("would remove", all, "freeing", kept);
    else if (yes || all.length === 0) tell("removed", await removeAll(removals, unwell), "freed", kept);
    else if (!(await confirmed(`Remove ${sizeText(all)}? [y/N] `)))
      process.stdout.write("Nothing was removed.\n");
    else {
      // While the question stood, an update may have come to use what it was about.
      const still = inBoth(removals, (await lookForRemovals(look)).removals);
      tell("removed", await removeAll(still, unwell), "freed", kept);
    }
  },
});

interface Look {
  /** How many releases of each environment are kept. */
  keep: number;
  only: string | undefined;
  regions: readonly string[];
  registry: string | undefined;
  unmarked: boolean;
  minimumAgeSeconds: number;
}

/** Looks at all places, and plans what goes. */
async function lookForRemovals({ keep, unmarked, minimumAgeSeconds, ...where }: Look) {
  const { names: references, engines } = await allReferences(keep);
  const claimant = { owner: owner(), unmarked };
  const { places, silent } = await lookAtPlaces({ claimant, engines, ...where });
  const now = new Date();
  const plans = places.map(({ engine, items }) => ({
    engine,
    ...planCollection(items, { references, minimumAgeSeconds, now }),
  }));
  const removals = plans.map(({ engine, remove }): Removal => ({ engine, items: remove }));
  return { removals, silent, kept: plans.reduce((sum, plan) => sum + plan.kept, 0) };
}

function tell(did: string, items: readonly Item[], freed: string, kept: number): void {
  const bytes = formatBytes(items.reduce((sum, each) => sum + each.bytes, 0));
  process.stdout.write(`${did} ${items.length}, ${freed} ${bytes}; ${kept} kept\n`);
}

/** Says what stays although it was to go, or was not seen. */
function unwell(line: string): void {
  process.stderr.write(`${line}\n`);
  process.exitCode = 1;
}

async function confirmed(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question(question)).trim());
  } finally {
    terminal.close();
  }
}

function secondsOf(span: string): number {
  const seconds = parseSpan(span);
  if (seconds === undefined) throw new UsageProblem("a span such as 90 min, 12 h or 1 d", span, "correct it");
  return seconds;
}

function regionsOf(list: string): string[] {
  const regions = list.split(",").filter((region) => region !== "");
  const strange = regions.find((region) => !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region));
  if (strange !== undefined) throw new UsageProblem("regions such as eu-central-1", strange, "correct it");
  return regions;
}
