const stop = new AbortController();

/** What the engine has said on this command's own output so far. */
let shown = "";

/** Engine output goes to the terminal as it comes; `stopEngine` stops the engine in order. */
export const output = {
  onOutput: (text: string) => {
    showWords(text);
  },
  signal: stop.signal,
  color: process.stdout.isTTY ? "always" : "never",
} as const;

/** Prints what the engine said, and remembers that it was seen. */
export function showWords(text: string, stream: NodeJS.WritableStream = process.stdout): void {
  shown += text;
  stream.write(text);
}

/** Whether the user has seen these words of the engine. */
export function wasShown(text: string): boolean {
  return shown.includes(text.trim());
}

/** Has the engine that runs now, or the next one, stop in order. */
export function stopEngine(): void {
  stop.abort();
}
