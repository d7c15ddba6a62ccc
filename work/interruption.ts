const asked = new AbortController();

/** Aborted once this process was asked to end. */
export const interruptionSignal = asked.signal;

/** Notes that the user, or who runs this process, wants it to end: work that goes step by step ends between two of them. */
export function interrupt(): void {
  asked.abort();
}

/** Called between two steps of work that can be given up here. @throws Error where this process was asked to end. */
export function endWhereInterrupted(): void {
  if (asked.signal.aborted) throw interruption();
}

/** Why work failed: where this process was asked to end that, since Ctrl-C ends what it has started too, else what was thrown. */
export function causeOf(thrown: unknown): unknown {
  return asked.signal.aborted ? interruption(thrown) : thrown;
}

function interruption(cause?: unknown): Error {
  return new Error("expected to go on to the end, got interrupted; run it again", { cause });
}
