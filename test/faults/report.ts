import type { Try } from "./kind.ts";

/** All tries of one fault. */
export interface Row {
  fault: string;
  tries: number;
  converged: number;
  lost: number;
}

/** The tries, counted by fault, in the order of their first. */
export function counted(tries: readonly Try[]): Row[] {
  return [...Map.groupBy(tries, ({ fault }) => fault)].map(([fault, all]) => ({
    fault,
    tries: all.length,
    converged: all.filter(({ problem }) => problem === undefined).length,
    lost: all.reduce((total, { lost }) => total + lost, 0),
  }));
}

/** The rows as a Markdown table. */
export function faultTable(rows: readonly Row[]): string {
  const cells = rows.map(({ fault, tries, converged, lost }) => [fault, tries, converged, lost]);
  return [["fault", "tries", "converged", "lost"], ["---", "--:", "--:", "--:"], ...cells]
    .map((row) => `| ${row.join(" | ")} |`)
    .join("\n");
}

/** Whether all came right, and nothing was lost. Nothing tried is nothing shown. */
export function isGood(rows: readonly Row[]): boolean {
  return rows.length > 0 && rows.every(({ tries, converged, lost }) => converged === tries && lost === 0);
}
