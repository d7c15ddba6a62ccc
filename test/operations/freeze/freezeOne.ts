import { beginFreeze } from "../../../operations/freeze/change.ts";
import { messageOf } from "../../../work/message.ts";

// Freezes an environment, in a process of its own: freezeOne.ts ROOT ENVIRONMENT REASON.
const [root = "", environment = "", reason = ""] = process.argv.slice(2);
try {
  process.stdout.write(await beginFreeze(environment, reason, undefined, root));
} catch (error) {
  process.stderr.write(messageOf(error));
  process.exitCode = 1;
}
