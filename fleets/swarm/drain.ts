import { json } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { withEngine } from "../../engine/connection.ts";
import type { DockerClient } from "../../engine/DockerClient.ts";
import { messageOf } from "../../work/message.ts";
import type { DrainRequest } from "./request.ts";
import { scaleTo } from "./scale.ts";
import { serviceTasks } from "./tasks.ts";

const lookEveryMilliseconds = 500;
/** The Swarm takes a box from its DNS and waits before it stops it. */
const beyondSeconds = 30;
const gone = ["complete", "shutdown", "failed", "rejected", "orphaned", "remove"];

// Drains all boxes of a service before that is removed: a DrainRequest as JSON on standard input. Run with `stay` when the service is
// made, and with `end` before it goes, by the command resource of a fleet on a Swarm.
try {
  const request = (await json(process.stdin)) as DrainRequest;
  if (process.argv[2] === "end") await withEngine(request.manager, (manager) => drain(request, manager));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}

async function drain({ fleet, service, drainSeconds }: DrainRequest, manager: DockerClient): Promise<void> {
  const found = await manager.ask(["service", "inspect", "--format", "{{.ID}}", service]);
  // Somebody has removed it; who does not answer is told below.
  if (found.exitCode !== 0 && /no such service/i.test(found.stderr)) return;
  await scaleTo(service, 0, manager);
  const deadline = Date.now() + (drainSeconds + beyondSeconds) * 1000;
  for (;;) {
    const tasks = (await serviceTasks(service, manager)).filter(({ state }) => !gone.includes(state));
    const down = tasks.length > 0 ? await machinesDown(manager) : [];
    const left = tasks.filter(({ node }) => !down.includes(node));
    if (left.length === 0) return;
    if (Date.now() > deadline) {
      process.stderr.write(`${fleet}: ${left.length} boxes are on machines that do not say how they are\n`);
      return;
    }
    await sleep(lookEveryMilliseconds);
  }
}

/** Ids of the machines that are away: they never say what became of their boxes. */
async function machinesDown(manager: DockerClient): Promise<string[]> {
  const { stdout } = await manager.ask(["node", "ls", "--format", "{{.ID}} {{.Status}}"]);
  return stdout.split("\n").flatMap((line) => (line.endsWith(" Down") ? [line.split(" ")[0] ?? ""] : []));
}
