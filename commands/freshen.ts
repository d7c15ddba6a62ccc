import * as path from "node:path";
import { readConfigurationFiles } from "../config/read/readFiles.ts";
import { projectRoot } from "../config/root.ts";
import { lookForNews } from "../operations/freshen/look.ts";
import { newsMarkdown } from "../operations/freshen/markdown.ts";
import { formatNews } from "../operations/freshen/text.ts";
import { lockFile, lockText } from "../plan/lockFile.ts";
import { writeWhole } from "../work/wholeFile.ts";
import { command } from "./line/command.ts";
import { choice, flag, optional } from "./line/option.ts";

export default command({
  name: "freshen",
  about: [
    "Looks for newer packages than the images of an environment have, and writes them into images.lock.yaml: the layers that brought the",
    "old ones are built again by the next up, and no other. Nothing else is changed.",
    "Exit code: 0 nothing is newer, or written · 1 could not tell · 2 with --check: something is newer.",
  ].join("\n"),
  summary: "finds newer packages; their layers are built again",
  options: {
    only: choice("WHAT", ["all", "security"], "which packages count"),
    layer: optional("NAME", "those of one layer alone"),
    check: flag("write nothing, only say"),
    format: choice("FORMAT", ["text", "json", "markdown"], "how it is told"),
  },
  run: async ({ stack, only, layer, check, format }) => {
    const configuration = readConfigurationFiles(projectRoot, stack);
    const { packages, ...report } = await lookForNews(configuration, projectRoot, {
      layer,
      onlySecurity: only === "security",
      renews: !check,
    });
    const writes = !check && report.news.length > 0;
    if (writes) writeWhole(path.join(projectRoot, lockFile), lockText({ updates: report.updates, packages }));
    if (format === "json") process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    else process.stdout.write(format === "markdown" ? newsMarkdown(report) : formatNews(report, writes));
    if (check && report.news.length > 0) process.exitCode = 2;
  },
});
