import { changedBlocks } from "../../images/disk/raw/changedBlocks.ts";
import { command } from "../line/command.ts";
import { optional } from "../line/option.ts";
import { diskOption, print } from "./facts.ts";

export default command({
  name: "blocks",
  about: "Lists the blocks of 512 KiB that differ from the parent's.",
  summary: "lists the blocks of 512 KiB that differ from the parent's",
  options: {
    disk: diskOption,
    parent: optional("FILE", "raw disk of the parent (default: none, every block that is not zero)"),
  },
  onStack: false,
  run: async ({ disk: file, parent }) => {
    print(await changedBlocks(parent, file));
  },
});
