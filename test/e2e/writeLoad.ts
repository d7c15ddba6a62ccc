import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { linesToPostgres } from "./postgres.ts";

function launch(box: string) {
  return execa("docker", linesToPostgres(box), { reject: false, buffer: false });
}

/** Somebody who writes 1, 2, 3 … into the table `counted`, each committed and acknowledged before the next. */
export class WriteLoad {
  /** The highest number that PostgreSQL has acknowledged. */
  acknowledged = 0;
  private readonly client: ReturnType<typeof launch>;
  private ended = false;

  constructor(box: string) {
    this.client = launch(box);
    // Its box may be killed.
    this.client.stdin.on("error", () => undefined);
    let line = "";
    this.client.stdout.setEncoding("utf8").on("data", (text: string) => {
      const lines = (line + text).split("\n");
      line = lines.pop() ?? "";
      for (const each of lines) this.acknowledge(Number(each));
    });
    this.write(1);
  }

  /** Waits until so many are acknowledged. @throws Error after 20 s. */
  async reaches(count: number): Promise<void> {
    const deadline = Date.now() + 20_000;
    while (this.acknowledged < count) {
      if (Date.now() > deadline) throw new Error(`expected ${count} rows, got ${this.acknowledged}`);
      await sleep(20);
    }
  }

  async end(): Promise<void> {
    this.ended = true;
    this.client.stdin.end();
    await this.client;
  }

  private acknowledge(number: number): void {
    this.acknowledged = number;
    if (!this.ended) this.write(number + 1);
  }

  private write(number: number): void {
    this.client.stdin.write(`insert into counted values (${number}) returning n;\n`);
  }
}
