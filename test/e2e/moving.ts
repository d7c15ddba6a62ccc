import { text } from "node:stream/consumers";
import { runCommand } from "../../commands/line/run.ts";
import type { Engine } from "../../engine/engine.ts";
import { moveData } from "../../operations/move/run.ts";
import type { Move } from "../../plan/data/move.ts";

/** What a test has moved by a process of its own, as the command does, which it can end: on standard input. The state is the test's: it is told when. */
const { move, fails } = JSON.parse(await text(process.stdin)) as { move: Move; fails?: string };
const from: Engine | undefined = undefined;
await runCommand(async () => {
  const sent = await moveData(move, from, () =>
    fails === undefined ? Promise.resolve() : Promise.reject(new Error(fails)),
  );
  process.stdout.write(JSON.stringify(sent));
});
