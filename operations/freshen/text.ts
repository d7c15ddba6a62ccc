import { lockFile } from "../../plan/lockFile.ts";
import type { FreshenReport, PinnedNews } from "./look.ts";
import { layersOf, type News } from "./news.ts";

/** Why a build locked something else. */
export const relockedWhy = "in the lock, since it could not be built as it was locked; commit it";

/** What was found, in lines; `written`: whether the lock file has it now. */
export function formatNews({ news, pinned, affected, relocked }: FreshenReport, written: boolean): string {
  const lines = layersOf(news).flatMap((layer) => [
    `${layer}: ${affected[layer] ?? ""}`,
    ...news.filter((each) => each.layer === layer).map(line),
  ]);
  const count = `${news.length} newer ${news.length === 1 ? "package" : "packages"}`;
  const end = written
    ? `${lockFile}: ${count}; commit it, and run up: the layers are built again`
    : `${count}; npm run freshen writes ${lockFile}`;
  const locked = relocked.map((each) => `${each} ${relockedWhy}`);
  return [
    ...lines,
    ...pinned.map(pinnedLine),
    ...locked,
    news.length === 0 ? "nothing is newer" : end,
    "",
  ].join("\n");
}

function line({ name, installed, candidate, security }: News): string {
  return `  ${name} ${installed} → ${candidate}${security ? " (security)" : ""}`;
}

/** What is newer for a layer whose base has always the same content. */
export function pinnedLine({ layer, source, count, security }: PinnedNews): string {
  const packages = `${count} newer ${count === 1 ? "package" : "packages"}, ${security} of them for security`;
  return `${layer}: ${packages}, which its ${source} does not bring; name a newer one`;
}
