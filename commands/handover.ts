import { formatNote } from "../fleets/handover/note.ts";
import type { HandoverNote } from "../fleets/target/HandoverNote.ts";
import { suggest } from "../config/problem.ts";
import { refuse } from "./line/choice.ts";
import { readOptions } from "./line/options.ts";
import { runCommand } from "./line/run.ts";
import { selectStack } from "../operations/stack/stack.ts";

const { values, positionals } = readOptions(
  {
    usage: "npm run handover -- FLEET --stack NAME",
    about:
      "Prints the page that goes with a machine image which other accounts may launch: AMI, checksum, how to launch it, expected health.",
  },
  {},
  true,
);

const [fleet, ...more] = positionals;
if (fleet === undefined || more.length > 0)
  refuse(
    "FLEET",
    "one fleet",
    positionals.join(" ") || "nothing",
    "name it: npm run handover -- web --stack test",
  );

await runCommand(async () => {
  const outputs = await (await selectStack(values.stack)).outputs();
  const notes = (outputs["handover"]?.value ?? {}) as Record<string, HandoverNote>;
  const note = notes[fleet];
  if (note) {
    process.stdout.write(formatNote(note));
    return;
  }
  const known = Object.keys(notes);
  const fix = known.length > 0 ? suggest(fleet, known) : "list accounts in environment.aws.share, and run up";
  throw new Error(`${fleet}: expected a fleet that ${values.stack} hands over, got none; ${fix}`);
});
