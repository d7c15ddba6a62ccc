import { projectRoot } from "../config/root.ts";
import { chooseImages } from "../operations/verify/choose.ts";
import { formatVerdict, verdictExitCode } from "../operations/verify/format.ts";
import { verifyAny } from "../operations/verify/look.ts";
import { command, oneWord } from "./line/command.ts";
import { choice } from "./line/option.ts";

export default command({
  name: "verify",
  about:
    "Says whether an image is what somebody trusted signed, and what it stands on: signature, layers, inventory.\nDIGEST: sha256:… of an image or disk; FLEET: what that fleet of the environment runs.\nExit code: 0 verified, 2 unsigned or altered, 1 could not tell.",
  summary: "says whether an image is what was signed, and what it stands on",
  words: oneWord("DIGEST|FLEET", "one digest or fleet", "for example catalog"),
  options: { format: choice("FORMAT", ["text", "json"], "how it is shown") },
  needs: "boxes",
  run: async ({ stack, format }, [name = ""]) => {
    const verdicts = [];
    for (const image of await chooseImages(stack, name)) verdicts.push(await verifyAny(projectRoot, image));
    if (format === "json") process.stdout.write(`${JSON.stringify(verdicts, null, 2)}\n`);
    else process.stdout.write(verdicts.map(formatVerdict).join("\n"));
    process.exitCode = verdictExitCode(verdicts);
  },
});
