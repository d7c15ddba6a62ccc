import { existsSync, mkdirSync, readdirSync } from "node:fs";
import * as path from "node:path";
import { projectRoot } from "../config/root.ts";
import { knownPackages } from "../operations/bake/bake.ts";
import { sourceDateEpochSeconds } from "../plan/epoch.ts";
import { buildPackage } from "../images/packages/nfpm.ts";
import { localPackage } from "../plan/packages.ts";
import { writeRepositories } from "../images/packages/repository.ts";
import { digestFiles } from "../plan/digest.ts";
import { toolVersions } from "../plan/tools.ts";
import { refuse } from "./line/choice.ts";
import { readOptions } from "./line/options.ts";
import { runCommand } from "./line/run.ts";

const { values } = readOptions(
  {
    usage: "npm run packages -- [options]",
    about: "Makes deb and RPM packages of apps/*, for use outside of images; an image's build makes its own.",
    options: {
      "--output FOLDER, -o":
        "write a signed apt and a signed yum repository there (default: only the packages, in the cache)",
    },
    hidesStack: true,
  },
  { output: { type: "string", short: "o" } },
);
const { output } = values;
if (output !== undefined && existsSync(output) && readdirSync(output).length > 0)
  refuse("--output", "a folder that is empty or not there", output, "name another");

await runCommand(async () => {
  const packager = toolVersions(projectRoot)["nfpm"] ?? "";
  const wanted = [...knownPackages(projectRoot)].map(([name, { source }]) =>
    localPackage(name, source, digestFiles(projectRoot, [source]), packager),
  );
  const built = await Promise.all(
    wanted.map((each) => buildPackage(each, projectRoot, sourceDateEpochSeconds)),
  );
  for (const { files } of built) process.stdout.write(`${files.join("\n")}\n`);
  if (output === undefined) return;
  mkdirSync(output, { recursive: true });
  await writeRepositories(built, output);
  process.stdout.write(`apt: ${path.resolve(output, "apt")}\nyum: ${path.resolve(output, "yum")}\n`);
});
