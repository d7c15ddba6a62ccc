import { BLOCK_BYTES } from "./blocks.ts";

/** Requests under way are never reduced below this number. */
const LEAST_CONCURRENCY = 4;

/** 64 requests that fail together count as one sign of overload, not as 64: at most one slow-down in this time. */
const SLOW_DOWN_MILLISECONDS = 1000;

/**
 * The block buffers of an upload: taking one waits until one is free. Their number bounds both memory and requests.
 *
 * The number in use adapts to the line, additive increase and multiplicative decrease as in TCP (RFC 5681): throttled or
 * stalled requests halve it, every request that succeeds raises it by a fraction, up to all buffers. Without that, 64
 * requests on a 2 Mbit/s uplink would all be given up at their time limit, and sent again for ever.
 */
export class BlockBuffers {
  readonly #size: number;
  readonly #free: Buffer[] = [];
  readonly #waiting: ((buffer: Buffer) => void)[] = [];
  #made = 0;
  #inUse = 0;
  #limit: number;
  #slowedAt = -Infinity;

  /** @param size number of buffers of 512 KiB; they are made when they are first needed */
  constructor(size: number) {
    this.#size = size;
    this.#limit = size;
  }

  /** Requests that may be under way now. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  async take(): Promise<Buffer> {
    if (this.#inUse < this.limit) return this.#hand();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  give(buffer: Buffer): void {
    this.#inUse -= 1;
    this.#free.push(buffer);
    while (this.#waiting.length > 0 && this.#inUse < this.limit) this.#waiting.shift()?.(this.#hand());
  }

  speedUp(): void {
    this.#limit = Math.min(this.#size, this.#limit + 1 / this.#limit);
  }

  /** @param now milliseconds of a monotonic clock */
  slowDown(now = performance.now()): void {
    if (now - this.#slowedAt < SLOW_DOWN_MILLISECONDS) return;
    this.#slowedAt = now;
    this.#limit = Math.max(Math.min(LEAST_CONCURRENCY, this.#size), this.#limit / 2);
  }

  #hand(): Buffer {
    this.#inUse += 1;
    const free = this.#free.pop();
    if (free) return free;
    this.#made += 1;
    if (this.#made > this.#size)
      throw new Error(`buffers: expected at most ${this.#size}, got ${this.#made}`);
    return Buffer.allocUnsafeSlow(BLOCK_BYTES);
  }
}
