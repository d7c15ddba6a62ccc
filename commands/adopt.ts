import { existsSync } from "node:fs";
import { proposalText, propose } from "../operations/adopt/propose.ts";
import { readEstate } from "../operations/adopt/read.ts";
import { command, oneWord } from "./line/command.ts";

export default command({
  name: "adopt",
  about:
    "Reads an Ansible repository (or one role) and proposes layers and fleets for it, with what will not work in an image, and a way out. It changes nothing.",
  summary: "proposes layers and fleets for an Ansible repository that you have",
  words: oneWord("PATH", "the folder of an Ansible repository", "name one that is there"),
  options: {},
  onStack: false,
  run: (_values, [folder = ""]) => {
    if (!existsSync(folder))
      throw new Error(
        `PATH: expected the folder of an Ansible repository, got ${folder}; name one that is there`,
      );
    process.stdout.write(proposalText(propose(readEstate(folder))));
    return Promise.resolve();
  },
});
