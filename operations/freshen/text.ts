import { lockFile } from "../../plan/lockFile.ts";
import type { Dependency } from "./dependencies.ts";
import type { FreshenReport, PinnedNews } from "./look.ts";
import { layersOf, type News } from "./news.ts";

/** Why a build locked something else. */
export const relockedWhy = "in the lock, since it could not be built as it was locked; commit it";

/** What was found, in lines; `written`: whether the lock file has it now. */
export function formatNews(
  { news, dependencies, pinned, affected, relocked }: FreshenReport,
  written: boolean,
): string {
  const lines = layersOf([...news, ...dependencies]).flatMap((layer) => [
    `${layer}: ${affected[layer] ?? "built again with what is below it"}`,
    ...news.filter((each) => each.layer === layer).map(line),
    ...dependencies.filter((each) => each.layer === layer).map((each) => `  ${dependencyLine(each)}`),
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

/** `linux-image-6.1.0-41-amd64 6.1.158-1 is new, for linux-image-amd64`. */
function dependencyLine({ name, version, change, for: reasons }: Dependency): string {
  const why = reasons.length === 0 ? "" : `, ${change === "new" ? "for" : "by"} ${reasons.join(", ")}`;
  return `${name} ${version} is ${change}${why}`;
}

/** What is newer for a layer whose base has always the same content. */
export function pinnedLine({ layer, source, count, security }: PinnedNews): string {
  const packages = `${count} newer ${count === 1 ? "package" : "packages"}, ${security} of them for security`;
  return `${layer}: ${packages}, which its ${source} does not bring; name a newer one`;
}
