import { json } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { consoleOf, lookAtGroup } from "./look.ts";
import type { InstanceGateRequest } from "./request.ts";
import { complaints, describeFailure, inService, isComplete, type GroupState } from "./verdict.ts";
import { messageOf } from "../../../work/message.ts";

const lookEveryMilliseconds = 3000;
const progressEveryMilliseconds = 15_000;

// Waits until all boxes of a new group are in service and stay so: an InstanceGateRequest as JSON on standard input.
// Fails with what the load balancers say and the boxes' last console lines. Run by the command resource of the gate.
try {
  await gate((await json(process.stdin)) as InstanceGateRequest);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}

async function gate(request: InstanceGateRequest): Promise<void> {
  const started = Date.now();
  let completeSince: number | undefined;
  let told = started;
  for (;;) {
    const state = await lookAtGroup(request);
    const now = Date.now();
    completeSince = isComplete(request, state) ? (completeSince ?? now) : undefined;
    if (completeSince !== undefined && now - completeSince >= request.steadySeconds * 1000) return;
    const late = now - started > (request.timeoutSeconds + request.steadySeconds) * 1000;
    if (late && completeSince === undefined) throw new Error(await report(request, state));
    if (now - told >= progressEveryMilliseconds) {
      told = now;
      process.stderr.write(
        `${request.fleet}: ${inService(state).length} of ${request.boxes} boxes in service\n`,
      );
    }
    await sleep(lookEveryMilliseconds);
  }
}

async function report(request: InstanceGateRequest, state: GroupState): Promise<string> {
  const ill = state.boxes.filter((box) => complaints(box, state).length > 0);
  const consoles = await Promise.all(
    ill.map(async (box) => [box, await consoleOf(request.region, box)] as const),
  );
  return describeFailure(request, state, Object.fromEntries(consoles));
}
