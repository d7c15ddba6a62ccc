import { buildBaseDisk } from "../../images/disk/buildBaseDisk.ts";
import { command } from "../line/command.ts";
import { atLeastOne, optional, several, wholeNumber } from "../line/option.ts";
import { diskFacts, facts, outputOption, print, proved } from "./facts.ts";

export default command({
  name: "build",
  about: "Makes a bootable raw disk from a chain of layers.",
  summary: "makes a bootable raw disk from a chain of layers",
  options: {
    layer: atLeastOne(several("TAR", "uncompressed layer, lowest first")),
    "size-mib": wholeNumber("MIB", "size of the disk", 2048),
    "kernel-command-line": optional("TEXT", "added to root=… ro"),
    "id-seed": optional("TEXT", "what identifiers are derived from (default: the digest)"),
    output: outputOption,
    ...facts,
  },
  onStack: false,
  run: async (values) => {
    const startedAt = new Date();
    const { layer, output: target, "kernel-command-line": kernel, "id-seed": idSeed } = values;
    await buildBaseDisk({
      ...{ ...diskFacts(values), layers: layer, sizeMiB: values["size-mib"], output: target },
      ...(kernel !== undefined && { kernelCommandLine: kernel }),
      ...(idSeed !== undefined && { idSeed }),
    });
    print(await proved(target, values, startedAt));
  },
});
