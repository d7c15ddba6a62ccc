import { BLOCK_BYTES } from "./blocks.ts";

/** How far an upload is. Blocks are of 512 KiB. */
export interface Progress {
  blocksTotal: number;
  /** Blocks looked at. */
  blocksRead: number;
  /** Blocks of the snapshot that are acknowledged, `resumed` included. */
  written: number;
  /** Acknowledged in an earlier, interrupted run: not sent again. */
  resumed: number;
  /** Left out: the parent snapshot has the same data. */
  unchanged: number;
  /** Left out: zero. */
  zero: number;
  /** Requests that failed and were tried again. */
  retries: number;
  startedMilliseconds: number;
}

export function newProgress(blocksTotal: number, now = performance.now()): Progress {
  const counters = { blocksRead: 0, written: 0, resumed: 0, unchanged: 0, zero: 0, retries: 0 };
  return { blocksTotal, ...counters, startedMilliseconds: now };
}

/** Megabytes (10⁶) per second that were acknowledged since the start. */
function megabytesPerSecond(progress: Progress, now = performance.now()): number {
  const seconds = (now - progress.startedMilliseconds) / 1000;
  const bytes = (progress.written - progress.resumed) * BLOCK_BYTES;
  return seconds > 0 ? bytes / 1e6 / seconds : 0;
}

/** Seconds that are left if the rest of the disk is like what was read; undefined before the first block. */
export function etaSeconds(progress: Progress, now = performance.now()): number | undefined {
  const done = progress.written + progress.unchanged + progress.zero;
  if (done === 0) return undefined;
  const seconds = (now - progress.startedMilliseconds) / 1000;
  return (seconds / done) * (progress.blocksTotal - done);
}

/** `412/1024 blocks · 98 written · 300 zero · 14 unchanged · 96.4 MB/s · 12 s left`. */
export function describeProgress(progress: Progress, now = performance.now()): string {
  const { blocksRead, blocksTotal, written, unchanged, zero, resumed, retries } = progress;
  const eta = etaSeconds(progress, now);
  const parts = [
    `${blocksRead}/${blocksTotal} blocks`,
    `${written} written`,
    resumed > 0 ? `${resumed} of them by an earlier run` : "",
    zero > 0 ? `${zero} zero` : "",
    unchanged > 0 ? `${unchanged} unchanged` : "",
    retries > 0 ? `${retries} retries` : "",
    `${megabytesPerSecond(progress, now).toFixed(1)} MB/s`,
    eta === undefined ? "" : `${Math.ceil(eta)} s left`,
  ];
  return parts.filter((part) => part !== "").join(" · ");
}
