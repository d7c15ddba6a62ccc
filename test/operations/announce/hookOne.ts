import { runHook } from "../../../operations/announce/hook.ts";
import { anAnnouncement } from "./fixture.ts";

// Runs one hook, in a process of its own: hookOne.ts ROOT PROGRAM [ARGUMENT…]; says what it ended with.
const [root = "", ...command] = process.argv.slice(2);
const time = { timeoutSeconds: 60, graceMilliseconds: 200 };
process.stdout.write(`${(await runHook(root, command, anAnnouncement(), time)) ?? "well"}\n`);
