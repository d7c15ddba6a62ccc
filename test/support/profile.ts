/** The environment variable that names the file to which each file of tests adds its line. */
export const profileVariable = "FLEET_TEST_PROFILE";

/** How long a file of tests took, with all its hooks. */
export interface FileTime {
  /** Path in the project. */
  file: string;
  seconds: number;
}

const shown = 20;

/** The slowest files, and the sum of all: `  95 s  test/e2e/layers.test.ts`. */
export function profileText(times: readonly FileTime[]): string {
  if (times.length < 2) return "";
  const slowest = times.toSorted((a, b) => b.seconds - a.seconds).slice(0, shown);
  const sum = times.reduce((all, { seconds }) => all + seconds, 0);
  const rows = slowest.map(({ file, seconds }) => `  ${seconds.toFixed(0).padStart(5)} s  ${file}`);
  return [`  ${times.length} files, ${sum.toFixed(0)} s in all, the slowest first:`, ...rows, "", ""].join(
    "\n",
  );
}
