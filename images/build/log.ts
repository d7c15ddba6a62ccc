import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { performance } from "node:perf_hooks";
import { cacheFolder } from "./cache.ts";

/** How many of a log's last lines an error shows. */
const tailLines = 25;

/** One layer's build log: everything goes into a file, the steps also to standard error. */
export class BuildLog {
  readonly file: string;
  private readonly name: string;
  private readonly started = performance.now();

  constructor(name: string, inputDigest: string) {
    this.name = name;
    this.file = path.join(cacheFolder("logs"), `${name}-${inputDigest.slice(0, 12)}.log`);
    writeFileSync(this.file, "");
  }

  /** Announces a step. */
  step(text: string): void {
    const seconds = ((performance.now() - this.started) / 1000).toFixed(1);
    appendFileSync(this.file, `== ${text} (${seconds} s)\n`);
    process.stderr.write(`${this.name}: ${text} (${seconds} s)\n`);
  }

  /** The log's last lines and where to find the rest. */
  tail(): string {
    const lines = readFileSync(this.file, "utf8").trimEnd().split("\n");
    return [...lines.slice(-tailLines), `The whole log: ${this.file}`].join("\n");
  }
}
