import { output } from "../operations/stack/output.ts";
import { selectStack } from "../operations/stack/stack.ts";
import { command } from "./line/command.ts";

export default command({
  name: "refresh",
  about: "Reads what really runs into the state; changes nothing that runs.",
  summary: "reads what really runs into the state",
  options: {},
  needs: "boxes",
  run: async ({ stack }) => (await selectStack(stack)).refresh(output),
});
