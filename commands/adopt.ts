import { existsSync } from "node:fs";
import { refuse } from "./line/choice.ts";
import { proposalText, propose } from "../operations/adopt/propose.ts";
import { readEstate } from "../operations/adopt/read.ts";
import { readOptions } from "./line/options.ts";
import { runCommand } from "./line/run.ts";

const { positionals } = readOptions(
  {
    usage: "npm run adopt -- PATH",
    about:
      "Reads an Ansible repository (or one role) and proposes layers and fleets for it, with what will not work in an image, and a way out. It changes nothing.",
    hidesStack: true,
  },
  {},
  true,
);
const [folder, another] = positionals;
if (folder === undefined || another !== undefined || !existsSync(folder))
  refuse(
    "PATH",
    "the folder of an Ansible repository",
    positionals.join(" ") || "none",
    "name one that is there",
  );

await runCommand(() => {
  process.stdout.write(proposalText(propose(readEstate(folder))));
  return Promise.resolve();
});
