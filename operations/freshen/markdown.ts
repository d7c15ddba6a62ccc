import type { Dependency } from "./dependencies.ts";
import type { FreshenReport } from "./look.ts";
import { layersOf, type News } from "./news.ts";
import { pinnedLine, relockedWhy } from "./text.ts";

/** GitHub takes no longer description, in characters; GitLab more. */
const longest = 50_000;

/** So many packages are named that had to be locked otherwise. */
const mostRelocked = 20;

/** What was found, for whoever looks at a pull request; its heading is fit for a title. */
export function newsMarkdown({ news, dependencies, pinned, affected, relocked }: FreshenReport): string {
  const layers = layersOf(news).map((layer) => `- \`${layer}\`: ${affected[layer] ?? ""}`);
  const lines = [
    ...[`### ${newsTitle(news)}`, ""],
    ...(news.length === 0 ? ["Nothing is newer.", ""] : table(news)),
    ...dependencyTable(dependencies),
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

/** So many packages are named that come or go with newer ones. */
const mostDependencies = 50;

/** What comes new or goes by the news; a lock that is frozen does not know the new ones. */
function dependencyTable(dependencies: readonly Dependency[]): string[] {
  if (dependencies.length === 0) return [];
  const rows = dependencies
    .slice(0, mostDependencies)
    .map(({ layer, name, version, change, for: reasons }) => {
      const why = reasons.slice(0, 5).map((each) => `\`${each}\``);
      return `| \`${layer}\` | \`${name}\` | ${version} | ${change} | ${why.join(", ")} |`;
    });
  const left = dependencies.length - rows.length;
  const hasNew = dependencies.some(({ change }) => change === "new");
  return [
    ...[
      "What comes and goes with them:",
      "",
      "| layer | package | version | | by |",
      "| - | - | - | - | - |",
      ...rows,
      "",
    ],
    ...(left > 0 ? [`${left} more come or go.`, ""] : []),
    ...(hasNew
      ? [
          `What is new is not in the lock, if there is one: build once without \`CI=true\` on this branch, and commit what it locks.`,
          "",
        ]
      : []),
  ];
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
