import { execa } from "execa";
import { projectRoot } from "../config/root.ts";
import { readOptions } from "./line/options.ts";
import { runCommand } from "./line/run.ts";
import { output } from "../operations/stack/output.ts";
import { selectStack } from "../operations/stack/stack.ts";

const { values } = readOptions(
  {
    usage: "npm run destroy -- [options]",
    about: "Removes all that runs in an environment. Protected data stays, unless told otherwise.",
    options: { "--with-data": "remove protected data too; it cannot be brought back" },
  },
  { "with-data": { type: "boolean", default: false } },
);

await runCommand(async () => {
  const stack = await selectStack(values.stack);
  if (values["with-data"]) await unprotectAll(values.stack);
  await stack.destroy({ ...output, excludeProtected: !values["with-data"] });
});

/** Lifts the protection in the state; the next `up` protects again. */
async function unprotectAll(stackName: string): Promise<void> {
  await execa("pulumi", ["state", "unprotect", "--all", "--yes", "--stack", stackName], {
    cwd: projectRoot,
    stderr: "inherit",
  });
}
