import { messageOf } from "../../work/message.ts";
import { leanSdk } from "../../work/leanSdk.ts";

// Prints what an update of a stack would do, as JSON: main.ts STACK.
const [stack = ""] = process.argv.slice(2);
leanSdk();
try {
  const { wholePreview } = await import("./whole.ts");
  const { report } = await wholePreview(stack);
  process.stdout.write(JSON.stringify(report));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
