import { projectRoot } from "../config/root.ts";
import { refuse } from "./line/choice.ts";
import { readOptions } from "./line/options.ts";
import { runCommand } from "./line/run.ts";
import { chooseImages } from "../operations/verify/choose.ts";
import { formatVerdict, verdictExitCode } from "../operations/verify/format.ts";
import { verifyAny } from "../operations/verify/look.ts";

const { values, positionals } = readOptions(
  {
    usage: "npm run verify -- DIGEST|FLEET [options]",
    about:
      "Says whether an image is what somebody trusted signed, and what it stands on: signature, layers, inventory.\nDIGEST: sha256:… of an image or disk; FLEET: what that fleet of the environment runs.\nExit code: 0 verified, 2 unsigned or altered, 1 could not tell.",
    options: { "--format FORMAT": "text (default) or json" },
  },
  { format: { type: "string", default: "text" } },
  true,
);
const [name, ...more] = positionals;
if (name === undefined || more.length > 0)
  refuse("DIGEST|FLEET", "one digest or fleet", positionals.join(" ") || "none", "for example catalog");

await runCommand(async () => {
  const verdicts = [];
  for (const image of await chooseImages(values.stack, name))
    verdicts.push(await verifyAny(projectRoot, image));
  if (values.format === "json") process.stdout.write(`${JSON.stringify(verdicts, null, 2)}\n`);
  else process.stdout.write(verdicts.map(formatVerdict).join("\n"));
  process.exitCode = verdictExitCode(verdicts);
});
