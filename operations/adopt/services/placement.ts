import { configuredSize } from "./amounts.ts";
import type { ForeignService } from "./ForeignService.ts";
import type { ProposedPlacement } from "./ServicesProposal.ts";
import type { SayLine } from "./told.ts";

/** The longest time that the configuration takes for a drain or a gate. */
const longestSeconds = 3600;
const usual = { drainSeconds: 30, gateSeconds: 60 };

/** How a fleet of its own runs what a service was. */
export function placementOf(service: ForeignService, say: SayLine): ProposedPlacement {
  const { path, boxes, boxesAtATime = 0, memoryBytes, cpus, drainSeconds, health } = service;
  const drain = drainSeconds === undefined ? usual.drainSeconds : Math.ceil(drainSeconds);
  const gate = Math.ceil(health?.startSeconds ?? 0);
  const limits: [string, number, number][] = [
    [`${path}: its boxes`, boxes, 1000],
    [`${path}.stop_grace_period`, drain, longestSeconds],
    [`${path}.healthcheck`, gate, longestSeconds],
    [`${path}: its processors`, cpus ?? 1, 1024],
  ];
  for (const [at, got, most] of limits.filter(([, amount, limit]) => amount > limit))
    say("left", at, `is at most ${most} here, not ${got}; have it need less`);
  return {
    ...(boxes !== 1 && { boxes: Math.min(Math.round(boxes), 1000) }),
    ...(memoryBytes !== undefined && { memory: configuredSize(memoryBytes) }),
    ...(cpus !== undefined && { cpus: Math.min(Math.max(cpus, 0.01), 1024) }),
    ...(drain !== usual.drainSeconds && { drainSeconds: Math.min(drain, longestSeconds) }),
    ...(gate > usual.gateSeconds && { gate: { timeoutSeconds: Math.min(gate, longestSeconds) } }),
    // As many as there are fit beside them anyway.
    ...(boxesAtATime > 0 && boxesAtATime < boxes && { swap: { maxSurge: boxesAtATime } }),
  };
}
