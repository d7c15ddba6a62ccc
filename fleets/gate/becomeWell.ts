import { setTimeout as sleep } from "node:timers/promises";
import { lastLines } from "../../engine/containers.ts";
import type { DockerClient } from "../../engine/DockerClient.ts";
import { lookAtBoxes } from "./probe.ts";
import type { GateRequest } from "./request.ts";
import { firstRestarts, sinceFirst, type FirstRestarts } from "./restarts.ts";
import { describeBad, isWell, judge, type BoxState, type GateProgress } from "./verdict.ts";

const lookEveryMilliseconds = 300;
const progressEveryMilliseconds = 5000;
const shownLogLines = 20;

/**
 * Waits until all boxes of a request are well and stay so. @throws Error with what the checks say and the boxes' last log lines.
 * @param passed container ids of those that have passed before. @param beside what is done before each look.
 */
export async function becomeWell(
  request: GateRequest,
  passed: ReadonlySet<string>,
  engine: DockerClient,
  beside: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  let first: FirstRestarts | undefined;
  const look = async () => {
    await beside();
    const seen = await lookAtBoxes(request, passed, engine);
    first ??= firstRestarts(seen);
    return sinceFirst(seen, first);
  };
  await becomeWellBy(request, look, ({ name }) =>
    lastLines(request.boxes[name] ?? "", shownLogLines, engine),
  );
}

/**
 * The same of boxes wherever they are. @throws Error with what the checks say and the boxes' last log lines.
 * @param look says how they are now. @param logOf the last lines of one that is bad.
 */
export async function becomeWellBy(
  request: Pick<GateRequest, "fleet" | "timeoutSeconds" | "steadySeconds">,
  look: () => Promise<BoxState[]>,
  logOf: (state: BoxState) => Promise<string>,
): Promise<void> {
  const started = Date.now();
  let progress: GateProgress = {};
  let told = started;
  for (;;) {
    const states = await look();
    const now = Date.now();
    const [verdict, next] = judge(states, progress, now, request.steadySeconds);
    if (verdict === "pass") return;
    const late = now - started > (request.timeoutSeconds + request.steadySeconds) * 1000;
    if (verdict === "fail" || (late && next.healthySince === undefined))
      throw new Error(await report(request, states, logOf));
    progress = next;
    if (now - told >= progressEveryMilliseconds) {
      told = now;
      process.stderr.write(
        `${request.fleet}: ${states.filter(isWell).length} of ${states.length} boxes healthy\n`,
      );
    }
    // The last look is when the time is over, not up to a look later.
    const left = (next.healthySince ?? now) + request.steadySeconds * 1000 - Date.now();
    await sleep(left > 0 ? Math.min(left, lookEveryMilliseconds) : lookEveryMilliseconds);
  }
}

async function report(
  request: Pick<GateRequest, "fleet" | "timeoutSeconds" | "steadySeconds">,
  states: readonly BoxState[],
  logOf: (state: BoxState) => Promise<string>,
): Promise<string> {
  const bad = states.filter((state) => !isWell(state));
  const described = await Promise.all(bad.map(async (state) => describeBad(state, await logOf(state))));
  const head = `fleet ${request.fleet}: expected all new boxes healthy within ${request.timeoutSeconds} s and for ${request.steadySeconds} s, got ${bad.length} of ${states.length} that are not; the old boxes go on serving; mend the image and run up again`;
  return [head, ...described].join("\n");
}
