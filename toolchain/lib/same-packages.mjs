// Exits 0 when the installed tree (npm keeps its own record of it) has every package of package-lock.json in the same
// version. Optional packages of other platforms are never installed, so they do not count.
import { readFileSync } from "node:fs";

const root = process.argv[2];
const packages = (path) => JSON.parse(readFileSync(`${root}/${path}`, "utf8")).packages;

try {
  const installed = packages("node_modules/.package-lock.json");
  const differs = ([path, wanted]) => path !== "" && !wanted.optional && installed[path]?.version !== wanted.version;
  process.exitCode = Object.entries(packages("package-lock.json")).some(differs) ? 1 : 0;
} catch {
  process.exitCode = 1;
}
