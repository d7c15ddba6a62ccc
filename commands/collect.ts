import { sweepDeadBuilds } from "../images/layer/sweep.ts";
import { cacheItems } from "../operations/collect/cacheItems.ts";
import { cloudItems } from "../operations/collect/cloudItems.ts";
import { engineItems } from "../operations/collect/engineItems.ts";
import type { Item } from "../operations/collect/item.ts";
import { planCollection } from "../operations/collect/plan.ts";
import { allReferences } from "../operations/collect/references.ts";
import { readRegistry } from "../operations/collect/registry.ts";
import { registryItems } from "../operations/collect/registryItems.ts";
import { removeItem } from "../operations/collect/remove.ts";
import { formatAge, formatBytes, parseSpan } from "../operations/text/format.ts";
import { formatTable } from "../operations/text/table.ts";
import { command } from "./line/command.ts";
import { flag, mapped, matching, optional, text, UsageProblem } from "./line/option.ts";

export default command({
  name: "collect",
  about:
    "Removes images, stopped boxes and cached files that no kept release, no stack and nothing running refers to.",
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
  run: async ({ keep, only, aws, registry, "dry-run": dryRun, "minimum-age": minimumAgeSeconds }) => {
    const references = await allReferences(keep);
    if (!dryRun && only === undefined) await sweepDeadBuilds("");
    const local = [...(await engineItems(only)), ...(only === undefined ? cacheItems() : [])];
    const remote = registry === undefined ? [] : await inRegistry(registry);
    const items = [...local, ...remote, ...(await inRegions(aws))];
    const now = new Date();
    const { remove, kept } = planCollection(items, { references, minimumAgeSeconds, now });
    const row = ({ kind, name, lastUsed, bytes }: Item) => [
      kind,
      name,
      lastUsed ? formatAge((now.getTime() - lastUsed.getTime()) / 1000) : "–",
      formatBytes(bytes),
    ];
    if (remove.length > 0)
      process.stdout.write(formatTable([["KIND", "NAME", "AGE", "FREES"], ...remove.map(row)]));
    const removed = dryRun ? remove : await removeAll(remove);
    const freed = formatBytes(removed.reduce((sum, { bytes }) => sum + bytes, 0));
    process.stdout.write(
      `${dryRun ? "would remove" : "removed"} ${removed.length}, ${dryRun ? "freeing" : "freed"} ${freed}; ${kept} kept\n`,
    );
  },
});

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

async function inRegistry(prefix: string): Promise<Item[]> {
  return registryItems(prefix, await readRegistry(prefix));
}

async function inRegions(names: readonly string[]): Promise<Item[]> {
  if (names.length === 0) return [];
  // AWS's client is loaded only where it is needed.
  const { readAccount } = await import("../operations/collect/account.ts");
  return (await Promise.all(names.map(readAccount))).flatMap(cloudItems);
}

/** Removes what can be removed; what has come into use meanwhile is told, and is no failure of the others. */
async function removeAll(items: readonly Item[]): Promise<Item[]> {
  const removed: Item[] = [];
  for (const item of items) {
    try {
      await removeItem(item);
      removed.push(item);
    } catch (error) {
      const [reason] = (error instanceof Error ? error.message : String(error)).split("\n").slice(-1);
      process.stderr.write(`${item.kind} ${item.name}: stays: ${reason ?? ""}\n`);
      process.exitCode = 1;
    }
  }
  return removed;
}
