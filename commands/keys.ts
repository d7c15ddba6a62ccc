import { projectRoot } from "../config/root.ts";
import { recorderOf } from "../images/release/recorder.ts";
import { endKey, endText } from "../operations/keys/end.ts";
import { signerRows } from "../operations/keys/list.ts";
import { recordedFiles } from "../operations/keys/recorded.ts";
import { formatTable } from "../operations/text/table.ts";
import { command } from "./line/command.ts";
import { matching, optional } from "./line/option.ts";
import { why } from "./line/why.ts";

export default command({
  name: "keys",
  about:
    "Lists whom the project trusts to sign, and what each key signed.\n--end ends a key that leaked, or whose owner has left: what it had signed by then stays good, and nothing that it signs later. Writes a file to be merged where the keys are.",
  summary: "lists whose signatures count; `--end` ends a key, and keeps what it had signed before",
  options: {
    end: matching(
      optional("KEY", "the id of the key that ends"),
      /^[0-9a-f]{16}$/,
      "the id of a key (16 digits)",
      "npm run keys lists them",
    ),
    after: matching(
      optional(
        "RELEASE",
        "the last release before it leaked, such as dev/17: what was recorded later counts no more (default: now)",
      ),
      /^[a-z][a-z0-9-]*\/[1-9]\d*$/,
      "a release such as dev/17",
      "npm run releases lists them",
    ),
    reason: why("TEXT", "why, for everybody who asks"),
  },
  onStack: false,
  needs: "nothing",
  run: ({ end, after, reason }) => {
    process.stdout.write(keysText(end, after, reason));
    return Promise.resolve();
  },
});

function keysText(end: string | undefined, after: string | undefined, reason: string | undefined): string {
  const present = recordedFiles(projectRoot);
  if (end === undefined && (after ?? reason) !== undefined)
    throw new Error(
      "--end: expected the key that ends beside --reason and --after, got none; npm run keys lists them",
    );
  if (end === undefined) return formatTable(signerRows(projectRoot, present));
  if (reason === undefined) throw new Error("--reason: expected why the key ends, got nothing; add it");
  const recorded = after === undefined ? present : recordedFiles(projectRoot, after);
  const by = recorderOf(projectRoot, reason).author;
  return endText(projectRoot, endKey(projectRoot, { id: end, by, reason, recorded }), present);
}
