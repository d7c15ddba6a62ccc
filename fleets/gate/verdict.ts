/** What was seen of one box at one time. */
export interface BoxState {
  name: string;
  /** Whether it has not passed this gate before. */
  isNew: boolean;
  running: boolean;
  /** How often the engine has started it again since the gate began. */
  restarts: number;
  exitCode: number;
  /** What each health check says of it. */
  checks: { application: string; healthy: boolean; detail: string }[];
}

/** `wait`: not yet; `fail`: it cannot become well any more, or was well and is not. */
export type GateVerdict = "pass" | "wait" | "fail";

/** The gate's memory between looks. */
export interface GateProgress {
  /** Since when all boxes have been well: milliseconds; undefined while they are not. */
  healthySince?: number | undefined;
}

/**
 * Judges one look at the boxes; `now` in milliseconds. A new box that ends is bad; one that has passed before, and is started again
 * for a reason of its own, is waited for like one that is not yet healthy.
 */
export function judge(
  states: readonly BoxState[],
  progress: GateProgress,
  now: number,
  steadySeconds: number,
): [GateVerdict, GateProgress] {
  if (states.some((state) => state.isNew && (!state.running || state.restarts > 0)))
    return ["fail", progress];
  if (!states.every(isWell)) return ["wait", {}];
  const healthySince = progress.healthySince ?? now;
  return [now - healthySince >= steadySeconds * 1000 ? "pass" : "wait", { healthySince }];
}

/** Whether a box runs and passes every check. */
export function isWell(state: BoxState): boolean {
  const { isNew, running, restarts, checks } = state;
  return running && !(isNew && restarts > 0) && checks.every((check) => check.healthy);
}

/** One line on a box: what it does, and what the checks say. */
export function describeBox({ name, isNew, running, restarts, exitCode, checks }: BoxState): string {
  const state =
    running && (restarts === 0 || !isNew)
      ? "runs"
      : `stopped with exit code ${exitCode}, started again ${restarts} times`;
  return [`${name} ${state}`, ...checks.map(({ application, detail }) => `${application}: ${detail}`)].join(
    "; ",
  );
}

/** A box that is bad, with the end of its log, and the way out where that says what is missing. */
export function describeBad(state: BoxState, log: string): string {
  const readOnly = /read-only file system|EROFS/i.test(log);
  const fix =
    "  boxes are read-only: name the folders that it writes in volatile (lost with the box) or in volumes";
  const lines = [describeBox(state), "  last lines of its log:", log.replace(/^/gm, "    ")];
  return [...lines, ...(readOnly ? [fix] : [])].join("\n");
}
