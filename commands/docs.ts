import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { currentDocumentation, documentationPath } from "../config/documentation/documentationFile.ts";
import { projectRoot } from "../config/root.ts";
import { command } from "./line/command.ts";
import { withCommandTable } from "./line/readme.ts";

export default command({
  name: "docs",
  about:
    "Writes what the documentation has from the code: docs/configuration.md, and the table of commands in README.md.",
  summary: "writes what the documentation has from the code",
  options: {},
  onStack: false,
  needs: "nothing",
  run: async (_values, _words, all) => {
    const readme = path.join(projectRoot, "README.md");
    writeFileSync(documentationPath, currentDocumentation());
    writeFileSync(readme, withCommandTable(readFileSync(readme, "utf8"), await all()));
  },
});
