import { text } from "node:stream/consumers";
import type { Engine } from "../../engine/engine.ts";
import { moveData } from "../../operations/move/run.ts";
import type { Move } from "../../plan/data/move.ts";

/** What a test has moved by a process of its own, which it can kill: on standard input. The state is the test's: it is told when. */
const { move, fails } = JSON.parse(await text(process.stdin)) as { move: Move; fails?: string };
const from: Engine | undefined = undefined;
const sent = await moveData(move, from, () =>
  fails === undefined ? Promise.resolve() : Promise.reject(new Error(fails)),
);
process.stdout.write(JSON.stringify(sent));
