import { messageOf } from "../../work/message.ts";
import { wholePreview } from "./whole.ts";

// Prints what an update of a stack would do, as JSON: main.ts STACK.
const [stack = ""] = process.argv.slice(2);
try {
  const { report } = await wholePreview(stack);
  process.stdout.write(JSON.stringify(report));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
