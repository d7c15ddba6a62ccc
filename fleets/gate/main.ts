import { json } from "node:stream/consumers";
import { withEngine } from "../../engine/connection.ts";
import type { DockerClient } from "../../engine/DockerClient.ts";
import { aloneOnFleet, fleetLock } from "../canary/aloneOnFleet.ts";
import { HandOver } from "../canary/HandOver.ts";
import type { StepsRequest } from "../canary/request.ts";
import { messageOf } from "../../work/message.ts";
import type { TurnsRequest } from "../surge/request.ts";
import { TurnSwap } from "../surge/TurnSwap.ts";
import { becomeWell } from "./becomeWell.ts";
import type { GateRequest } from "./request.ts";
import { passedBefore, passedNow } from "./restarts.ts";

const lookEveryMilliseconds = 300;
const parent = process.ppid;

// Waits until all boxes of a fleet are healthy and stay so: a GateRequest as JSON on standard input. Fails with what the checks
// say and the boxes' last log lines. Prints which boxes have passed, and is given that by its next run: those are not new then.
// Where requests go over step by step, or boxes by turns, it leads them. Run by the command resource of the gate.
try {
  const request = (await json(process.stdin)) as GateRequest;
  const passed = passedBefore(process.env["PULUMI_COMMAND_STDOUT"]);
  const { canary, turns } = request;
  await withEngine(request.engine, (engine) => {
    if (canary) return handedOver({ ...request, canary }, passed, engine);
    if (turns) return takenOver({ ...request, turns }, passed, engine);
    return becomeWell(request, passed, engine);
  });
  process.stdout.write(passedNow(request.boxes));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}

function handedOver(
  request: GateRequest & { canary: StepsRequest },
  passed: ReadonlySet<string>,
  engine: DockerClient,
): Promise<void> {
  const { canary, boxes } = request;
  return aloneOnFleet(fleetLock("canary", canary), request.fleet, async (say) => {
    const signal = interruption();
    const over = new HandOver(canary, Object.values(boxes), engine, { say, signal });
    const beside = () => {
      refuseInterrupted(request, signal);
      return over.keepAway();
    };
    await over.begin();
    await becomeWell(request, passed, engine, beside).catch(async (error: unknown) => {
      await over.undo();
      throw error;
    });
    await over.lead();
  });
}

function takenOver(
  { turns, ...request }: GateRequest & { turns: TurnsRequest },
  passed: ReadonlySet<string>,
  engine: DockerClient,
): Promise<void> {
  return aloneOnFleet(fleetLock("turns", turns), request.fleet, (say) => {
    const signal = interruption();
    const beside = () => {
      refuseInterrupted(request, signal);
      return Promise.resolve();
    };
    const well = (boxes: Readonly<Record<string, string>>, areOld: boolean) => {
      const known = new Set([...passed, ...(areOld ? Object.values(boxes) : [])]);
      return becomeWell({ ...request, boxes }, known, engine, beside);
    };
    return new TurnSwap(turns, request.boxes, engine, { well, say, signal, passed }).lead();
  });
}

function refuseInterrupted({ fleet }: GateRequest, signal: AbortSignal): void {
  if (signal.aborted) throw new Error(`fleet ${fleet}: interrupted; the old boxes go on serving`);
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
