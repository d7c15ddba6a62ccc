import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { boardPage } from "../operations/board/page.ts";
import { readBoard } from "../operations/board/read.ts";
import { readOptions } from "./line/options.ts";
import { runCommand } from "./line/run.ts";

const { values } = readOptions(
  {
    usage: "npm run board -- [options]",
    about:
      "Writes one HTML page over all environments: layers, releases, differences, last updates, drift. It needs no server.",
    options: {
      "--output FILE, -o": "the page (default: .cache/board.html)",
      "--drift": "look for drift too; takes a while",
    },
  },
  {
    output: { type: "string", short: "o", default: ".cache/board.html" },
    drift: { type: "boolean", default: false },
  },
);

await runCommand(async () => {
  const file = path.resolve(values.output);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, boardPage(await readBoard(values.drift)));
  process.stdout.write(`${pathToFileURL(file).href}\n`);
});
