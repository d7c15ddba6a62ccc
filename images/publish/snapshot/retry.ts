import { setTimeout as sleep } from "node:timers/promises";
import { failureKind } from "./failure.ts";

export interface RetryOptions {
  /** Attempts of one request before its error is final. Default: 12, at most about 2 minutes of pauses. */
  attempts?: number;
  /** Longest pause before the second attempt, in milliseconds; it doubles with each attempt. Default: 100. */
  baseMilliseconds?: number;
  /** Longest pause of all, in milliseconds. Default: 20,000 (as in the AWS SDKs). */
  capMilliseconds?: number;
  /**
   * Time limit of the first attempt, in milliseconds: a stalled connection is given up and used no more. It doubles with each
   * of the next three, for a slow line has no stalled connections, only long requests. Default: 60,000.
   */
  requestMilliseconds?: number;
  /** How long "does not exist" is believed to be only a delay, in milliseconds. Default: 120,000 (coldsnap pull 56). */
  notYetMilliseconds?: number;
  /** Stops at once, also in the middle of a pause. */
  signal?: AbortSignal | undefined;
  /** Told of every failed attempt that is tried again. */
  onRetry?: (error: unknown, attempt: number) => void;
}

const MOST_DOUBLINGS = 3;

const DEFAULTS = {
  attempts: 12,
  baseMilliseconds: 100,
  capMilliseconds: 20_000,
  requestMilliseconds: 60_000,
  notYetMilliseconds: 120_000,
};

/**
 * Runs one request until it succeeds, or fails in a way that repeating cannot mend (see failure.ts).
 *
 * The pause before attempt n is a random part of `base × 2ⁿ`, at most `cap`: exponential back-off with full jitter
 * (AWS Architecture Blog), so that 64 throttled requests do not come back as one wave.
 *
 * @param send one attempt; must end when its signal does
 * @throws the last error
 */
export async function withRetry<T>(
  send: (signal: AbortSignal) => Promise<T>,
  options: RetryOptions,
): Promise<T> {
  const limits = { ...DEFAULTS, ...withoutUndefined(options) };
  const started = performance.now();
  for (let attempt = 1; ; attempt += 1) {
    try {
      const doublings = Math.min(attempt - 1, MOST_DOUBLINGS);
      return await once(send, limits.requestMilliseconds * 2 ** doublings, options.signal);
    } catch (error) {
      const waitedMilliseconds = performance.now() - started;
      if (!isWorthAnother(error, attempt, waitedMilliseconds, limits)) throw error;
      options.onRetry?.(error, attempt);
      await sleep(pauseMilliseconds(attempt, limits, Math.random()), undefined, signalOption(options.signal));
    }
  }
}

/** Pause after failed attempt number `attempt` (from 1), in milliseconds; `random` is in [0, 1). */
export function pauseMilliseconds(
  attempt: number,
  limits: { baseMilliseconds: number; capMilliseconds: number },
  random: number,
): number {
  return Math.min(limits.capMilliseconds, limits.baseMilliseconds * 2 ** (attempt - 1)) * random;
}

function isWorthAnother(
  error: unknown,
  attempt: number,
  waitedMilliseconds: number,
  limits: typeof DEFAULTS,
): boolean {
  const kind = failureKind(error);
  if (kind === "notYet") return waitedMilliseconds < limits.notYetMilliseconds;
  return kind === "transient" && attempt < limits.attempts;
}

/** One attempt under its own time limit; a time-out is reported as TimeoutError, a stop by the caller as AbortError. */
async function once<T>(
  send: (signal: AbortSignal) => Promise<T>,
  milliseconds: number,
  outer: AbortSignal | undefined,
): Promise<T> {
  outer?.throwIfAborted();
  const limit = new AbortController();
  const stop = (): void => {
    limit.abort();
  };
  const timer = setTimeout(stop, milliseconds);
  outer?.addEventListener("abort", stop, { once: true });
  try {
    return await send(limit.signal);
  } catch (error) {
    outer?.throwIfAborted();
    if (limit.signal.aborted) throw new DOMException(`no answer within ${milliseconds} ms`, "TimeoutError");
    throw error;
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener("abort", stop);
  }
}

function signalOption(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal ? { signal } : {};
}

function withoutUndefined(options: RetryOptions): Partial<typeof DEFAULTS> {
  return Object.fromEntries(
    Object.entries(options).filter(([name, value]) => name in DEFAULTS && value !== undefined),
  );
}
