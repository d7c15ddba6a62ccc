import { readConfigurationFiles } from "../config/read/readFiles.ts";
import { projectRoot } from "../config/root.ts";
import { bake } from "../operations/bake/bake.ts";
import { command, oneWord } from "./line/command.ts";
import { optional, text } from "./line/option.ts";

export default command({
  name: "bake",
  about:
    "Puts one package onto a base image, alone. PACKAGE: one of the project (catalog), or NAME or NAME=VERSION of a repository.",
  summary: "puts one package onto a base image, alone",
  words: oneWord("PACKAGE", "one package", "for example ./fleet bake catalog --base python"),
  options: {
    base: text("LAYER", "base", "the layer below: base, python, …", "b"),
    tag: optional("NAME", "a name for the image", "t"),
    tar: optional("FILE", "write the image as an archive, too", "o"),
  },
  also: ["nfpm"],
  run: async ({ stack, base, tag, tar }, [wanted = ""]) => {
    const configuration = readConfigurationFiles(projectRoot, stack);
    const { image } = await bake(configuration, { wanted, base, tag, tar }, projectRoot);
    process.stdout.write(`${image}\n`);
  },
});
