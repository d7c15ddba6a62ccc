import { readConfigurationFiles } from "../config/read/readFiles.ts";
import { projectRoot } from "../config/root.ts";
import { lookForLock } from "../operations/lock/look.ts";
import { formatLock } from "../operations/lock/text.ts";
import { writeLock } from "../operations/lock/write.ts";
import { command } from "./line/command.ts";
import { flag } from "./line/option.ts";

export default command({
  name: "lock",
  about: [
    "Writes into images.lock.yaml which packages the layers of an environment add: their exact versions, architectures and digests, and the",
    "indexes that these come from. Layers are built from it from then on; nothing is built again for it.",
    "Exit code: 0 written, or as it is · 1 could not tell · 2 with --check: the images have other packages.",
  ].join("\n"),
  summary: "writes down the exact packages of all layers; `--check` compares (exit code 2)",
  options: { check: flag("write nothing, only say what differs") },
  run: async ({ stack, check }) => {
    const configuration = readConfigurationFiles(projectRoot, stack);
    const report = await lookForLock(configuration, projectRoot, !check);
    const written = !check && (await writeLock(report, configuration, projectRoot));
    process.stdout.write(formatLock(report, written));
    if (check && report.differences.length > 0) process.exitCode = 2;
  },
});
