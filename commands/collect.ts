import { sweepDeadBuilds } from "../images/layer/sweep.ts";
import { refuse } from "./line/choice.ts";
import { cacheItems } from "../operations/collect/cacheItems.ts";
import { engineItems } from "../operations/collect/engineItems.ts";
import { cloudItems } from "../operations/collect/cloudItems.ts";
import type { Item } from "../operations/collect/item.ts";
import { planCollection } from "../operations/collect/plan.ts";
import { allReferences } from "../operations/collect/references.ts";
import { readRegistry } from "../operations/collect/registry.ts";
import { registryItems } from "../operations/collect/registryItems.ts";
import { removeItem } from "../operations/collect/remove.ts";
import { formatAge, formatBytes, parseSpan } from "../operations/text/format.ts";
import { readOptions } from "./line/options.ts";
import { runCommand } from "./line/run.ts";
import { formatTable } from "../operations/text/table.ts";

const { values } = readOptions(
  {
    usage: "npm run collect -- [options]",
    about:
      "Removes images, stopped boxes and cached files that no kept release, no stack and nothing running refers to.",
    options: {
      "--keep N": "releases kept of each environment (default: 5)",
      "--minimum-age SPAN": "nothing younger is removed: 90 min, 12 h, 1 d (default)",
      "--dry-run": "only say what would be removed",
      "--only LABEL=VALUE": "only images and containers that also carry this label; leaves the cache alone",
      "--aws REGIONS":
        "AMIs and snapshots of these regions too, by comma; only those with this project's tags",
      "--registry PREFIX": "images in this registry too, for example registry.example/team; only ours",
    },
  },
  {
    registry: { type: "string" },
    aws: { type: "string", default: "" },
    keep: { type: "string", default: "5" },
    "minimum-age": { type: "string", default: "1 d" },
    "dry-run": { type: "boolean", default: false },
    only: { type: "string" },
  },
);
const { only } = values;
const dryRun = values["dry-run"];
if (!/^[1-9]\d*$/.test(values.keep))
  refuse("--keep", "a whole number from 1", values.keep, "for example --keep 5");
if (only !== undefined && !/^[^=]+=/.test(only))
  refuse("--only", "LABEL=VALUE", only, "name a label and its value");
const regions = values.aws.split(",").filter((region) => region !== "");
const strange = regions.find((region) => !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region));
if (strange !== undefined) refuse("--aws", "regions such as eu-central-1", strange, "correct it");
const minimumAgeSeconds =
  parseSpan(values["minimum-age"]) ??
  refuse("--minimum-age", "a span such as 90 min, 12 h or 1 d", values["minimum-age"], "correct it");

await runCommand(async () => {
  const references = await allReferences(Number(values.keep));
  if (!dryRun && only === undefined) await sweepDeadBuilds("");
  const local = [...(await engineItems(only)), ...(only === undefined ? cacheItems() : [])];
  const remote = values.registry === undefined ? [] : await inRegistry(values.registry);
  const items = [...local, ...remote, ...(await inRegions(regions))];
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
});

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
