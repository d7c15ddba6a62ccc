import { containerFigures } from "./containers.ts";
import { digestFigures } from "./digests.ts";
import { diskFigures } from "./disk.ts";
import { freshenFigures } from "./freshen.ts";
import { layerFigures } from "./layer.ts";
import { machineFigures } from "./machine.ts";
import { publishFigures } from "./publish.ts";
import { figureTable, type Figure } from "./table.ts";

// Figures beside those of a named peer in the same run, as ratios; nothing here passes or fails. Arguments choose parts.
const parts: Record<string, () => Promise<Figure[]>> = {
  digests: digestFigures,
  layer: layerFigures,
  freshen: freshenFigures,
  containers: containerFigures,
  disk: diskFigures,
  publish: publishFigures,
  machine: machineFigures,
};

const chosen = process.argv.slice(2);
const wrong = chosen.filter((name) => !(name in parts));
if (wrong.length > 0) {
  const what = wrong.includes("--help")
    ? ""
    : `${wrong.join(", ")}: expected parts of the benchmark, got others; choose from these\n`;
  process.stdout.write(`${what}usage: npm run bench -- [${Object.keys(parts).join("] [")}]\n`);
  process.exit(wrong.includes("--help") ? 0 : 64);
}
for (const name of chosen.length > 0 ? chosen : Object.keys(parts)) {
  process.stderr.write(`${name} …\n`);
  process.stdout.write(`${figureTable((await parts[name]?.()) ?? [])}\n\n`);
}
