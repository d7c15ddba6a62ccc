/** One figure: what was measured, ours, the peer's (undefined: there is none), and the goal in words. */
export interface Figure {
  what: string;
  ours: string;
  peer?: string;
  ratio?: number;
  goal?: string;
}

/** Figures as a Markdown table. */
export function figureTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ what, ours, peer = "–", ratio, goal = "–" }) => [
    what,
    ours,
    peer,
    ratio?.toFixed(2) ?? "–",
    goal,
  ]);
  return [["what", "ours", "peer", "ratio", "goal"], ["---", "---", "---", "---", "---"], ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

/** Seconds that some work took, and what it gave. */
export async function timed<T>(work: () => Promise<T>): Promise<[number, T]> {
  const started = performance.now();
  const result = await work();
  return [(performance.now() - started) / 1000, result];
}

/** The middle one of an odd number of measurements. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
