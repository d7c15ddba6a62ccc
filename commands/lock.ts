import * as path from "node:path";
import { readConfigurationFiles } from "../config/read/readFiles.ts";
import { projectRoot } from "../config/root.ts";
import { exportLock } from "../operations/lock/export.ts";
import { lookForLock } from "../operations/lock/look.ts";
import { formatExport, formatLock } from "../operations/lock/text.ts";
import { writeLock } from "../operations/lock/write.ts";
import { command } from "./line/command.ts";
import { flag, optional } from "./line/option.ts";

export default command({
  name: "lock",
  about: [
    "Writes into images.lock.yaml which packages the layers of an environment add: their exact versions, architectures and digests, and the",
    "indexes that these come from. Layers are built from it from then on; nothing is built again for it.",
    "With --export it writes the lock as it is, and every file of a package that it names, into a folder, from which a machine without a",
    "mirror builds: PACKAGE_STORE=FOLDER npm run images. Run again, it goes on.",
    "Exit code: 0 written, or as it is · 1 could not tell, or a file is gone · 2 with --check: the images have other packages.",
  ].join("\n"),
  summary: "writes down the packages of all layers; `--check` compares (exit code 2), `--export` has files",
  options: {
    check: flag("write nothing, only say what differs"),
    export: optional("FOLDER", "write the lock and every file that it names there"),
  },
  run: async ({ stack, check, export: folder }) => {
    const configuration = readConfigurationFiles(projectRoot, stack);
    if (folder !== undefined) {
      const target = path.resolve(folder);
      process.stdout.write(formatExport(await exportLock(configuration, projectRoot, target), target));
      return;
    }
    const report = await lookForLock(configuration, projectRoot, !check);
    const written = !check && (await writeLock(report, configuration, projectRoot));
    process.stdout.write(formatLock(report, written));
    if (check && report.differences.length > 0) process.exitCode = 2;
  },
});
