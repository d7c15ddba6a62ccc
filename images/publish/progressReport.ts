import type { Progress } from "./blocks/progress.ts";
import { describeProgress } from "./blocks/progress.ts";

/** Time between two lines in a log, and between two updates of a terminal's line, in milliseconds. */
const INTERVAL = { log: 5000, terminal: 200 };

export interface ProgressReport {
  update: (progress: Progress) => void;
  say: (text: string) => void;
}

/** Shows progress on standard error: one line that is rewritten on a terminal, a line every 5 s in a log. */
export function progressReport(quiet: boolean, stream: NodeJS.WriteStream = process.stderr): ProgressReport {
  const interval = stream.isTTY ? INTERVAL.terminal : INTERVAL.log;
  const [start, end] = stream.isTTY ? ["\r\u001B[K", ""] : ["", "\n"];
  let shownAt = performance.now();
  return {
    update: (progress) => {
      const complete = progress.written + progress.zero + progress.unchanged === progress.blocksTotal;
      if (quiet || (!complete && performance.now() - shownAt < interval)) return;
      shownAt = performance.now();
      stream.write(`${start}${describeProgress(progress)}${complete ? "\n" : end}`);
    },
    say: (text) => {
      if (!quiet) stream.write(`${start}${text}\n`);
    },
  };
}
