import { json } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { withEngine } from "../../engine/connection.ts";
import { lastLines } from "../../engine/containers.ts";
import type { DockerClient } from "../../engine/DockerClient.ts";
import { HandOver } from "../canary/HandOver.ts";
import type { StepsRequest } from "../canary/request.ts";
import { sha256 } from "../../plan/digest.ts";
import { withLock } from "../../work/lock.ts";
import { lookAtBoxes } from "./probe.ts";
import type { GateRequest } from "./request.ts";
import { firstRestarts, passedBefore, passedNow, sinceFirst, type FirstRestarts } from "./restarts.ts";
import { describeBad, isWell, judge, type BoxState, type GateProgress } from "./verdict.ts";
import { messageOf } from "../../work/message.ts";

const lookEveryMilliseconds = 300;
const progressEveryMilliseconds = 5000;
const shownLogLines = 20;
const parent = process.ppid;

// Waits until all boxes of a fleet are healthy and stay so: a GateRequest as JSON on standard input. Fails with what the checks
// say and the boxes' last log lines. Prints which boxes have passed, and is given that by its next run: those are not new then.
// Where requests go over step by step, it leads them. Run by the command resource of the gate.
try {
  const request = (await json(process.stdin)) as GateRequest;
  const passed = passedBefore(process.env["PULUMI_COMMAND_STDOUT"]);
  const { canary } = request;
  await withEngine(request.engine, (engine) =>
    canary ? handedOver({ ...request, canary }, passed, engine) : gate(request, passed, engine),
  );
  process.stdout.write(passedNow(request.boxes));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}

/** One at a time: the gate of an update that was killed may go on. */
async function handedOver(
  request: GateRequest & { canary: StepsRequest },
  passed: ReadonlySet<string>,
  engine: DockerClient,
): Promise<void> {
  const { canary, fleet, boxes } = request;
  const say = (line: string) => void process.stderr.write(`${fleet}: ${line}\n`);
  const waiting = () => {
    say("waiting for the gate of an update that was killed to end");
  };
  await withLock(`canary-${sha256(`${canary.network} ${fleet}`).slice(0, 16)}`, waiting, async () => {
    const signal = interruption();
    const over = new HandOver(canary, Object.values(boxes), engine, { say, signal });
    const beside = () => {
      if (signal.aborted) throw new Error(`fleet ${fleet}: interrupted; the old boxes go on serving`);
      return over.keepAway();
    };
    await over.begin();
    await gate(request, passed, engine, beside).catch(async (error: unknown) => {
      await over.undo();
      throw error;
    });
    await over.lead();
  });
}

/** Whether somebody wants it to end, or its update has ended without it. */
function interruption(): AbortSignal {
  const stop = new AbortController();
  const abort = () => {
    stop.abort();
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, abort);
  const look = () => {
    if (process.ppid !== parent) abort();
  };
  setInterval(look, lookEveryMilliseconds).unref();
  return stop.signal;
}

async function gate(
  request: GateRequest,
  passed: ReadonlySet<string>,
  engine: DockerClient,
  beside: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const started = Date.now();
  let progress: GateProgress = {};
  let told = started;
  let first: FirstRestarts | undefined;
  for (;;) {
    await beside();
    const seen = await lookAtBoxes(request, passed, engine);
    first ??= firstRestarts(seen);
    const states = sinceFirst(seen, first);
    const now = Date.now();
    const [verdict, next] = judge(states, progress, now, request.steadySeconds);
    if (verdict === "pass") return;
    const late = now - started > (request.timeoutSeconds + request.steadySeconds) * 1000;
    if (verdict === "fail" || (late && next.healthySince === undefined))
      throw new Error(await report(request, states, engine));
    progress = next;
    if (now - told >= progressEveryMilliseconds) {
      told = now;
      process.stderr.write(
        `${request.fleet}: ${states.filter(isWell).length} of ${states.length} boxes healthy\n`,
      );
    }
    await sleep(lookEveryMilliseconds);
  }
}

async function report(
  request: GateRequest,
  states: readonly BoxState[],
  engine: DockerClient,
): Promise<string> {
  const bad = states.filter((state) => !isWell(state));
  const described = await Promise.all(
    bad.map(async (state) => {
      return describeBad(state, await lastLines(request.boxes[state.name] ?? "", shownLogLines, engine));
    }),
  );
  const head = `fleet ${request.fleet}: expected all new boxes healthy within ${request.timeoutSeconds} s and for ${request.steadySeconds} s, got ${bad.length} of ${states.length} that are not; the old boxes go on serving; mend the image and run up again`;
  return [head, ...described].join("\n");
}
