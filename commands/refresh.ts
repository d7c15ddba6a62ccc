import { readOptions } from "./line/options.ts";
import { runCommand } from "./line/run.ts";
import { output } from "../operations/stack/output.ts";
import { selectStack } from "../operations/stack/stack.ts";

const { values } = readOptions(
  {
    usage: "npm run refresh -- [options]",
    about: "Reads what really runs into the state; changes nothing that runs.",
  },
  {},
);

await runCommand(async () => (await selectStack(values.stack)).refresh(output));
