import type { Command } from "./command.ts";

const head = "| command | does |";

/** The README with its table of commands as the commands declare it. @throws Error when there is no such table. */
export function withCommandTable(readme: string, commands: readonly Command[]): string {
  const lines = readme.split("\n");
  const begin = lines.findIndex((line) => /^\| command +\| does +\|$/.test(line));
  if (begin < 0)
    throw new Error(`README.md: expected a table that begins with "${head}", got none; restore it`);
  const length = lines.slice(begin).findIndex((line) => !line.startsWith("|"));
  return lines.toSpliced(begin, length, ...table(commands)).join("\n");
}

/** Columns as wide as their longest cell, as the formatter has them. */
function table(commands: readonly Command[]): string[] {
  const rows = [["command", "does"], ...commands.map((each) => [form(each), each.summary])];
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const line = (cells: readonly string[], fill: string) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(" | ")} |`;
  const [first = [], ...others] = rows;
  return [line(first, " "), line(["", ""], "-"), ...others.map((row) => line(row, " "))];
}

function form({ name, words }: Command): string {
  return `\`${["./fleet", name, ...(words ? [words.form] : [])].join(" ").replaceAll("|", "\\|")}\``;
}
