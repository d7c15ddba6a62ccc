import { withLock } from "../../work/lock.ts";

const [, , name = ""] = process.argv;
// Takes the lock of that name, says when it waits and when it has it, and holds it until standard input ends.
const waiting = () => void process.stdout.write("waits\n");
await withLock(name, waiting, async () => {
  process.stdout.write("has it\n");
  await new Promise((resolve) => process.stdin.once("close", resolve).resume());
});
