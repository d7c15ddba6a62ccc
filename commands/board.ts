import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { boardPage } from "../operations/board/page.ts";
import { readBoard } from "../operations/board/read.ts";
import { command } from "./line/command.ts";
import { flag, text } from "./line/option.ts";

export default command({
  name: "board",
  about:
    "Writes one HTML page over all environments: layers, releases, differences, last updates, drift. It needs no server.",
  summary: "writes one page over all environments",
  options: {
    output: text("FILE", ".cache/board.html", "the page", "o"),
    drift: flag("look for drift too; takes a while"),
  },
  onStack: false,
  needs: "boxes",
  run: async ({ output, drift }) => {
    const file = path.resolve(output);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, boardPage(await readBoard(drift)));
    process.stdout.write(`${pathToFileURL(file).href}\n`);
  },
});
