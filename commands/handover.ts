import { suggest } from "../config/problem.ts";
import { formatNote } from "../fleets/handover/note.ts";
import type { HandoverNote } from "../fleets/target/HandoverNote.ts";
import { selectStack } from "../operations/stack/stack.ts";
import { command, oneWord } from "./line/command.ts";

export default command({
  name: "handover",
  about:
    "Prints the page that goes with a machine image which other accounts may launch: AMI, checksum, how to launch it, expected health.",
  summary: "prints the page that goes with an AMI which a customer launches",
  words: oneWord("FLEET", "one fleet", "name it: ./fleet handover web --stack test"),
  options: {},
  needs: "boxes",
  run: async ({ stack }, [fleet = ""]) => {
    const outputs = await (await selectStack(stack)).outputs();
    const notes = (outputs["handover"]?.value ?? {}) as Record<string, HandoverNote>;
    const note = notes[fleet];
    if (note) {
      process.stdout.write(formatNote(note));
      return;
    }
    const known = Object.keys(notes);
    const fix =
      known.length > 0 ? suggest(fleet, known) : "list accounts in environment.aws.share, and run up";
    throw new Error(`${fleet}: expected a fleet that ${stack} hands over, got none; ${fix}`);
  },
});
