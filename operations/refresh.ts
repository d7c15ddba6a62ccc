import { readOptions } from "./options.ts";
import { output, runCommand } from "./run.ts";
import { selectStack } from "./stack.ts";

const { values } = readOptions(
  {
    usage: "npm run refresh -- [options]",
    about: "Reads what really runs into the state; changes nothing that runs.",
  },
  {},
);

await runCommand(async () => (await selectStack(values.stack)).refresh(output));
