import { readConfigurationFiles } from "../config/read/readFiles.ts";
import { projectRoot } from "../config/root.ts";
import { bake } from "../operations/bake/bake.ts";
import { refuse } from "./line/choice.ts";
import { readOptions } from "./line/options.ts";
import { runCommand } from "./line/run.ts";

const { values, positionals } = readOptions(
  {
    usage: "npm run bake -- PACKAGE --base LAYER [options]",
    about:
      "Puts one package onto a base image, alone. PACKAGE: one of the project (catalog), or NAME or NAME=VERSION of a repository.",
    options: {
      "--base LAYER, -b": "the layer below: base, python, … (default: base)",
      "--tag NAME, -t": "a name for the image",
      "--tar FILE, -o": "write the image as an archive, too",
    },
  },
  {
    base: { type: "string", short: "b", default: "base" },
    tag: { type: "string", short: "t" },
    tar: { type: "string", short: "o" },
  },
  true,
);
const [wanted, another] = positionals;
if (wanted === undefined || another !== undefined)
  refuse(
    "PACKAGE",
    "one package",
    positionals.join(" ") || "none",
    "for example npm run bake -- catalog --base python",
  );

await runCommand(async () => {
  const configuration = readConfigurationFiles(projectRoot, values.stack);
  const { image } = await bake(configuration, { wanted, ...values }, projectRoot);
  process.stdout.write(`${image}\n`);
});
