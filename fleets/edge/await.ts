import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { withEngine } from "../../engine/connection.ts";
import { lastLines } from "../../engine/containers.ts";
import type { DockerClient } from "../../engine/DockerClient.ts";
import type { Engine } from "../../engine/engine.ts";
import { balancerFault, balancersOf, introduceBalancers } from "./balancers.ts";
import { EdgeRuntime } from "./EdgeRuntime.ts";
import { messageOf } from "../../work/message.ts";

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
  await withEngine(given === "" ? undefined : (JSON.parse(given) as Engine), async (engine) => {
    await answer(id, engine);
    if (applications.length > 0) await reachBalancers(id, engine);
  });
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}

async function answer(edge: string, engine: DockerClient): Promise<void> {
  const runtime = new EdgeRuntime(edge, engine);
  const deadline = Date.now() + timeoutMilliseconds;
  for (;;) {
    const fault = await runtime.ask("show", "info").then(
      () => undefined,
      (error: unknown) => messageOf(error),
    );
    if (fault === undefined) return;
    if (Date.now() > deadline) {
      const log = await lastLines(edge, 20, engine);
      throw new Error(`edge: expected HAProxy to answer within 15 s, got: ${fault}\nits log:\n${log}`);
    }
    await sleep(lookEveryMilliseconds);
  }
}

/** Until then the containers and hosts that are in reserve take the requests. */
async function reachBalancers(edge: string, engine: DockerClient): Promise<void> {
  const deadline = Date.now() + balancerTimeoutMilliseconds;
  for (;;) {
    const states = await balancersOf(new EdgeRuntime(edge, engine), applications);
    const fault = balancerFault(states, applications);
    if (fault === undefined) return introduceBalancers(edge, states, engine);
    if (Date.now() > deadline)
      throw new Error(
        `edge: expected the load balancer of the instances to answer within ${balancerTimeoutMilliseconds / 1000} s, got ${fault}; the boxes before them go on serving; connect the edge's network with that of the instances, correct aws.edgeRange, and run up again`,
      );
    await sleep(lookEveryMilliseconds);
  }
}
