import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { onEngine } from "../../engine/connection.ts";
import type { Engine } from "../../engine/engine.ts";
import { balancerFault, balancersOf, introduceBalancers } from "./balancers.ts";

const timeoutMilliseconds = 15_000;
/** A load balancer's name was made a moment ago. */
const balancerTimeoutMilliseconds = 90_000;
const lookEveryMilliseconds = 200;

// Waits until the edge of the container id given as the last argument answers; before it may stand applications whose load
// balancers it must see answer. Standard input may have the Engine that it runs on. Run by the command resource of its gate.
const applications = process.argv.slice(2);
const id = applications.pop() ?? "";
const given = await text(process.stdin);
try {
  await onEngine(given === "" ? undefined : (JSON.parse(given) as Engine), async () => {
    await answer(id);
    if (applications.length > 0) await reachBalancers(id);
  });
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

/** Until then the containers and hosts that are in reserve take the requests. */
async function reachBalancers(edge: string): Promise<void> {
  const deadline = Date.now() + balancerTimeoutMilliseconds;
  for (;;) {
    const states = await balancersOf(edge, applications);
    const fault = balancerFault(states, applications);
    if (fault === undefined) return introduceBalancers(edge, states);
    if (Date.now() > deadline)
      throw new Error(
        `edge: expected the load balancer of the instances to answer within ${balancerTimeoutMilliseconds / 1000} s, got ${fault}; the boxes before them go on serving; connect the edge's network with that of the instances, correct aws.edgeRange, and run up again`,
      );
    await sleep(lookEveryMilliseconds);
  }
}
