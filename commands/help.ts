import { command } from "./line/command.ts";
import { overviewText } from "./line/help.ts";

export default command({
  name: "help",
  about: "Lists the commands.",
  summary: "lists the commands",
  options: {},
  onStack: false,
  run: async (_values, _words, all) => {
    process.stdout.write(overviewText(await all()));
  },
});
