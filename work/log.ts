import { appendFileSync, chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { performance } from "node:perf_hooks";
import { cacheFolder } from "./cache.ts";

/** How many of a log's last lines an error shows. */
const tailLines = 25;

/** Begins the line of the log with which roles or steps begin to be applied. */
export const applying = "packer applies";

/** One layer's build log: everything goes into a file, the steps also to standard error. */
export class BuildLog {
  readonly file: string;
  private readonly name: string;
  private readonly started = performance.now();
  private announcedBytes = 0;

  constructor(name: string, inputDigest: string) {
    this.name = name;
    this.file = path.join(cacheFolder("logs"), `${name}-${inputDigest.slice(0, 12)}.log`);
    writeFileSync(this.file, "", { mode: 0o600 });
    // One of an earlier version may be there, readable for others.
    chmodSync(this.file, 0o600);
  }

  /** Announces a step. */
  step(text: string): void {
    const seconds = ((performance.now() - this.started) / 1000).toFixed(1);
    const line = `== ${text} (${seconds} s)\n`;
    appendFileSync(this.file, line);
    this.announcedBytes += Buffer.byteLength(line);
    process.stderr.write(`${this.name}: ${text} (${seconds} s)\n`);
  }

  /** How many bytes programs have printed. */
  printedBytes(): number {
    return statSync(this.file).size - this.announcedBytes;
  }

  /** What has been printed since roles or steps began to be applied: of the last try alone. */
  thisTry(): string {
    return lastTry(readFileSync(this.file, "utf8"));
  }

  /** The task of Ansible, or the step of another provisioner, that began last. */
  doing(): string | undefined {
    const output = this.thisTry();
    return lastTask(output) ?? lastStep(output);
  }

  /** The log's last lines and where to find the rest. */
  tail(): string {
    const lines = readFileSync(this.file, "utf8").trimEnd().split("\n");
    return [...lines.slice(-tailLines), `The whole log: ${this.file}`].join("\n");
  }
}

/** A log from the last beginning of roles or steps on; all of it where there was none. */
export function lastTry(log: string): string {
  return log.slice(Math.max(0, log.lastIndexOf(`== ${applying} `)));
}

/** The name of the task that Ansible's output says has begun last. */
export function lastTask(output: string): string | undefined {
  return [...output.matchAll(/TASK \[(.*?)\] \*/g)].at(-1)?.[1];
}

/** The step of another provisioner that was the last to begin. */
export function lastStep(output: string): string | undefined {
  return [...output.matchAll(/provision: step (.*)$/gm)].at(-1)?.[1];
}
