import { command, oneWord } from "./line/command.ts";
import { completionScript, shells } from "./line/completion.ts";

export default command({
  name: "completion",
  about: `Prints what makes a shell complete commands and options of ./fleet. SHELL: ${shells.join(" or ")}.\nFor this shell: source <(./fleet completion bash)`,
  summary: "prints what makes a shell complete these commands",
  words: oneWord("SHELL", `one of ${shells.join(", ")}`, "for example ./fleet completion bash"),
  options: {},
  onStack: false,
  needs: "nothing",
  run: async (_values, [name = ""], all) => {
    const shell = shells.find((each) => each === name);
    if (shell === undefined)
      throw new Error(`SHELL: expected one of ${shells.join(", ")}, got ${name}; choose one`);
    process.stdout.write(completionScript(shell, await all()));
  },
});
