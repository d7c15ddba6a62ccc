import { convertDisk, diskFormats } from "../../images/disk/format/convertDisk.ts";
import { command } from "../line/command.ts";
import { mapped, optional, required, UsageProblem } from "../line/option.ts";
import { diskOption, outputOption, print } from "./facts.ts";

export default command({
  name: "convert",
  about: "Turns a raw disk into another format.",
  summary: "turns a raw disk into another format",
  options: {
    disk: diskOption,
    format: mapped(required(diskFormats.join("|"), "format"), (given) => {
      const format = diskFormats.find((each) => each === given);
      if (format === undefined) throw new UsageProblem(diskFormats.join(", "), given, "choose one");
      return format;
    }),
    name: optional("NAME", "name of the appliance in an OVA (default: from the file's name)"),
    output: outputOption,
  },
  onStack: false,
  run: async ({ disk: file, format, name, output: target }) => {
    await convertDisk({ disk: file, format, output: target, ...(name !== undefined && { name }) });
    print({ output: target });
  },
});
