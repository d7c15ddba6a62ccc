import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const clients = 12;
const secondsBetween = 8;

/**
 * Clients that keep a connection and ask seldom, as browsers do, while `work` runs: their connections stay with an edge that is being
 * swapped longer than those of a load. Asks for a product of the catalog.
 * @returns what failed, and how often.
 */
export async function askedSeldom(
  port: number,
  work: () => Promise<unknown>,
): Promise<Record<string, number>> {
  const failures: Record<string, number> = {};
  const ended = new AbortController();
  const all = Array.from({ length: clients }, async (_, index) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await sleep((index * secondsBetween * 1000) / clients);
    while (!ended.signal.aborted) {
      const result = await ask(port, agent);
      if (result !== "200") failures[result] = (failures[result] ?? 0) + 1;
      await sleep(secondsBetween * 1000, undefined, { signal: ended.signal }).catch(() => undefined);
    }
    agent.destroy();
  });
  try {
    await work();
  } finally {
    ended.abort();
    await Promise.all(all);
  }
  return failures;
}

function ask(port: number, agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    const headers = { host: "catalog.localhost" };
    const sent = request({ host: "127.0.0.1", port, path: "/products/rope", headers, agent }, (response) => {
      response.resume();
      response.on("end", () => {
        resolve(String(response.statusCode));
      });
      response.on("error", ({ message }) => {
        resolve(message);
      });
    });
    sent.on("error", ({ message }) => {
      resolve(message);
    });
    sent.end();
  });
}
