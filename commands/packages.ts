import { existsSync, mkdirSync, readdirSync } from "node:fs";
import * as path from "node:path";
import { projectRoot } from "../config/root.ts";
import { writeRepositories } from "../images/packages/repository.ts";
import { projectPackages } from "../operations/bake/packages.ts";
import { command } from "./line/command.ts";
import { optional } from "./line/option.ts";

export default command({
  name: "packages",
  about: "Makes deb and RPM packages of apps/*, for use outside of images; an image's build makes its own.",
  summary: "makes the packages of `apps/*`; with `--output FOLDER` apt and yum repositories of them",
  options: {
    output: optional(
      "FOLDER",
      "write a signed apt and a signed yum repository there (default: only the packages, in the cache)",
      "o",
    ),
  },
  onStack: false,
  needs: "nothing",
  also: ["packages", "nfpm", "engine"],
  run: async ({ output }) => {
    if (output !== undefined && existsSync(output) && readdirSync(output).length > 0)
      throw new Error(`--output: expected a folder that is empty or not there, got ${output}; name another`);
    const built = await projectPackages(projectRoot);
    for (const { files } of built) process.stdout.write(`${files.join("\n")}\n`);
    if (output === undefined) return;
    mkdirSync(output, { recursive: true });
    await writeRepositories(built, output);
    process.stdout.write(`apt: ${path.resolve(output, "apt")}\nyum: ${path.resolve(output, "yum")}\n`);
  },
});
