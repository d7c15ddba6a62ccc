import type { Say } from "./buildDisks.ts";

/** How long nothing may be said: longer work says that it goes on. */
const silenceSeconds = 5;

/** Tells steps on standard error, each with the seconds since the beginning. */
export function progress(name: string): { say: Say; end: () => void } {
  const begin = performance.now();
  let last = "";
  const write = (text: string): void => {
    process.stderr.write(`${name}: ${text} (${((performance.now() - begin) / 1000).toFixed(1)} s)\n`);
  };
  const say = (text: string): void => {
    last = text;
    write(text);
    heartbeat.refresh();
  };
  const heartbeat = setInterval(() => {
    if (last !== "") write(`${last}: goes on`);
  }, silenceSeconds * 1000);
  heartbeat.unref();
  const end = (): void => {
    clearInterval(heartbeat);
  };
  return { say, end };
}
