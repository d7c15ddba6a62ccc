import { command, type Command } from "./line/command.ts";
import { overviewText } from "./line/help.ts";

/** What lists the commands of a program. @param call how people call it. @param more what else there is to say. */
export function helpOf(call: string, more = ""): Command {
  return command({
    name: "help",
    about: "Lists the commands.",
    summary: "lists the commands",
    options: {},
    onStack: false,
    needs: "nothing",
    run: async (_values, _words, all) => {
      process.stdout.write(`${overviewText(await all(), call)}${more}`);
    },
  });
}

export default helpOf("./fleet", "./fleet --version says which version of Immutable Fleets it is.\n");
