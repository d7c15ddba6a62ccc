import * as assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { messageOf } from "../../work/message.ts";
import { counts } from "../load/lost.ts";
import { ask } from "../sandbox/ask.ts";
import type { TestEngine } from "../sandbox/engine.ts";

const withinMilliseconds = 30_000;

/** The cases of an engine whose containers are killed: requests are served again by themselves. */
export function servesAgain(engineOf: () => TestEngine): void {
  it("serves again by itself when door, edge and box are killed, alone and together in any order", async () => {
    const engine = engineOf();
    const parts = ["door", "edge", "catalog-1"];
    const [order = []] = fc.sample(fc.shuffledSubarray(parts, { minLength: parts.length }), 1);
    const before = await running(engine);
    for (const killed of [["edge"], ["door"], ["door", "edge"], order]) {
      await engine.crash(...killed.map((part) => before.get(part) ?? ""));
      await served(engine, `${killed.join(", ")} killed`);
    }
    assert.deepEqual(await running(engine), before);
  });

  it("lets requests wait while its edge is killed and starts again, and answers them all", async () => {
    const engine = engineOf();
    await engine.crash((await running(engine)).get("edge") ?? "");
    assert.deepEqual(await answersOf(engine, 100), { 200: 100 });
  });

  it("serves again by itself when a box has used up its memory", async () => {
    const engine = engineOf();
    const before = await running(engine);
    const box = before.get("catalog-1") ?? "";
    const restarts = async () => Number(await engine.docker("inspect", "--format", "{{.RestartCount}}", box));
    const then = await restarts();
    // What lies in a volatile path is memory of the box; the largest process, the application, is ended for want of it.
    const fill = ["exec", box, "dd", "if=/dev/zero", "of=/tmp/full", "bs=1M"];
    await engine.docker(...fill).catch(messageOf);
    await served(engine, "memory used up");
    assert.equal(await restarts(), then + 1);
    assert.deepEqual(await running(engine), before);
  });

  it("serves again by itself after a loss of power", async () => {
    const engine = engineOf();
    const before = await running(engine);
    for (const time of ["once", "twice"]) {
      await engine.losePower();
      await served(engine, `power lost ${time}`);
      assert.deepEqual(await running(engine), before);
    }
  });
}

/** The running containers of the stack by their part in it. */
async function running(engine: TestEngine): Promise<Map<string, string>> {
  const lines = await engine.docker("ps", "--no-trunc", "--format", "{{.Names}} {{.ID}}");
  return new Map(
    lines
      .split("\n")
      .map((line): [string, string] => [
        /^far\.(.*)-[0-9a-f]{7} /.exec(line)?.[1] ?? line,
        line.split(" ")[1] ?? "",
      ])
      .sort(),
  );
}

/** Asks so many times, every 20 ms, on a connection of its own each. @returns how often each status, or failure, came. */
export async function answersOf(engine: TestEngine, times: number): Promise<Record<string, number>> {
  const asked: Promise<string>[] = [];
  for (let time = 0; time < times; time++) {
    const question = { host: "catalog", path: "/products", address: engine.host.address, timeoutSeconds: 30 };
    asked.push(ask(8080, question).then(({ status }) => String(status), messageOf));
    await sleep(20);
  }
  return counts(await Promise.all(asked));
}

/** Asks until ten requests in a row are answered. @throws AssertionError when that takes over 30 s. */
async function served(engine: TestEngine, after: string): Promise<void> {
  const begin = Date.now();
  for (let answered = 0; answered < 10;) {
    const status = await fetch(`http://${engine.host.address}:8080/products`, {
      signal: AbortSignal.timeout(5000),
    }).then(
      async (answer) => (await answer.text(), answer.status),
      (error: unknown) => String(error),
    );
    answered = status === 200 ? answered + 1 : 0;
    if (Date.now() - begin > withinMilliseconds)
      assert.fail(
        `${after}: expected requests to be served again within 30 s, got ${status}\n${await engine.docker("ps", "--all")}`,
      );
    await sleep(50);
  }
}
