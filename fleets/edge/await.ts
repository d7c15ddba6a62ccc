import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { onEngine } from "../engines/connection.ts";
import type { Engine } from "../engines/engine.ts";

const timeoutMilliseconds = 15_000;
const lookEveryMilliseconds = 200;

// Waits until the edge of the container id given as the argument answers; standard input may have the Engine that it runs on.
// Run by the command resource of its gate.
const [id = ""] = process.argv.slice(2);
const given = await text(process.stdin);
try {
  await onEngine(given === "" ? undefined : (JSON.parse(given) as Engine), () => answer(id));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function answer(edge: string): Promise<void> {
  const deadline = Date.now() + timeoutMilliseconds;
  for (;;) {
    const asked = await execa("docker", ["exec", edge, "/usr/local/bin/fleet-edge-state", "show", "info"], {
      reject: false,
    });
    if (asked.exitCode === 0) return;
    if (Date.now() > deadline) {
      const { all } = await execa("docker", ["logs", "--tail", "20", edge], { reject: false, all: true });
      throw new Error(`edge: expected HAProxy to answer within 15 s, got: ${asked.stderr}\nits log:\n${all}`);
    }
    await sleep(lookEveryMilliseconds);
  }
}
