import { execa } from "execa";
import { projectRoot } from "../config/root.ts";
import { output } from "../operations/stack/output.ts";
import { selectStack } from "../operations/stack/stack.ts";
import { retainImages } from "../operations/state/retained.ts";
import { command } from "./line/command.ts";
import { flag } from "./line/option.ts";

export default command({
  name: "destroy",
  about: "Removes all that runs in an environment. Protected data stays, unless told otherwise.",
  summary: "removes all that runs, except protected data; `--with-data` removes that too",
  options: { "with-data": flag("remove protected data too; it cannot be brought back") },
  run: async ({ stack: name, "with-data": withData }) => {
    const stack = await selectStack(name);
    await retainImages(name);
    if (withData) await unprotectAll(name);
    await stack.destroy({ ...output, excludeProtected: !withData });
  },
});

/** Lifts the protection in the state; the next `up` protects again. */
async function unprotectAll(stackName: string): Promise<void> {
  await execa("pulumi", ["state", "unprotect", "--all", "--yes", "--stack", stackName], {
    cwd: projectRoot,
    stderr: "inherit",
  });
}
