import { deploy } from "../operations/swap/deploy.ts";
import { command, oneWord } from "./line/command.ts";
import { despiteFreeze } from "./line/despiteFreeze.ts";
import { verbose } from "./line/verbose.ts";

export default command({
  name: "restart",
  about:
    "Makes the boxes of a fleet anew, of the image that they run, by an ordinary swap: new ones first, the gate, then the old ones drain. Nothing else is changed.",
  summary: "makes new boxes of the same image, without losing a request",
  words: oneWord("FLEET", "one fleet", "for example ./fleet restart catalog"),
  options: { "despite-freeze": despiteFreeze, verbose },
  run: ({ stack, "despite-freeze": despite, verbose: all }, [fleet = ""]) =>
    deploy(stack, { restart: fleet, despite, verbose: all }),
});
