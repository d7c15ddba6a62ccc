const stop = new AbortController();

/** Engine output goes to the terminal as it comes; `stopEngine` stops the engine in order. */
export const output = {
  onOutput: (text: string) => void process.stdout.write(text),
  signal: stop.signal,
  color: process.stdout.isTTY ? "always" : "never",
} as const;

/** Has the engine that runs now, or the next one, stop in order. */
export function stopEngine(): void {
  stop.abort();
}
