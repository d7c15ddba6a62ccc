import type { FreshenReport } from "./look.ts";
import { layersOf, type News } from "./news.ts";
import { pinnedLine, relockedWhy } from "./text.ts";

/** GitHub takes no longer description, in characters; GitLab more. */
const longest = 60_000;

/** So many packages are named that had to be locked otherwise. */
const mostRelocked = 20;

/** What was found, for whoever looks at a pull request; its heading is fit for a title. */
export function newsMarkdown({ news, pinned, affected, relocked }: FreshenReport): string {
  const layers = layersOf(news).map((layer) => `- \`${layer}\`: ${affected[layer] ?? ""}`);
  const lines = [
    ...[`### ${newsTitle(news)}`, ""],
    ...(news.length === 0 ? ["Nothing is newer.", ""] : table(news)),
    ...(layers.length === 0 ? [] : ["What is built again, and swapped after it:", "", ...layers, ""]),
    ...pinned.map((each) => `- ${pinnedLine(each)}`),
    ...relocked.slice(0, mostRelocked).map((each) => `- ${each} ${relockedWhy}`),
    ...(relocked.length > mostRelocked
      ? [`- ${relocked.length - mostRelocked} more packages ${relockedWhy}`]
      : []),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

/** The news in one line: `Security updates: openssl, libssl3 and 3 more`. */
export function newsTitle(news: readonly News[]): string {
  const names = [...new Set(news.map(({ name }) => name))];
  const kind =
    news.length > 0 && news.every(({ security }) => security) ? "Security updates" : "Newer packages";
  const more = names.length > 3 ? ` and ${names.length - 3} more` : "";
  return names.length === 0 ? kind : `${kind}: ${names.slice(0, 3).join(", ")}${more}`;
}

function table(news: readonly News[]): string[] {
  const rows = news.map(({ layer, name, installed, candidate, security }) => {
    return `| \`${layer}\` | \`${name}\` | ${installed} | ${candidate} | ${security ? "security" : ""} |`;
  });
  const shown: string[] = [];
  let length = 0;
  for (const row of rows) {
    length += row.length + 1;
    if (length > longest) break;
    shown.push(row);
  }
  const left = rows.length - shown.length;
  const rest = left === 0 ? [] : [`${left} more are in the lock file.`, ""];
  return ["| layer | package | from | to | |", "| - | - | - | - | - |", ...shown, "", ...rest];
}
