import { Agent, request } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { pythonEnvironment } from "./python.ts";

export interface Answer {
  readonly status: number;
  readonly last: boolean;
}

export interface Catalog {
  readonly process: ReturnType<typeof spawnCatalog>;
  url(path: string): string;
}

/** Starts the real catalog on a free port, and waits until it is healthy; one that ends instead is an error with what it said. */
export async function startCatalog(environment: Record<string, string>): Promise<Catalog> {
  const port = await freePort();
  const process = spawnCatalog({ CATALOG_PORT: String(port), LISTEN_ADDRESS: "127.0.0.1", ...environment });
  const url = (path: string) => `http://127.0.0.1:${port}${path}`;
  const ended = new AbortController();
  void process.then(() => {
    ended.abort();
  });
  await untilHealthy(url("/healthz"), ended.signal);
  if (ended.signal.aborted) throw new Error((await process).all);
  return { process, url };
}

async function untilHealthy(url: string, ended: AbortSignal): Promise<void> {
  while (!ended.aborted && (await get(url, new Agent()).catch(() => undefined))?.status !== 200)
    await sleep(20);
}

function spawnCatalog(environment: Record<string, string>) {
  const env = { ...pythonEnvironment, ...environment };
  // Execa would kill it 5 s after SIGTERM; how long the stop takes is what the test looks at.
  return execa("python3", ["-m", "catalog"], { env, reject: false, all: true, forceKillAfterDelay: false });
}

/** Asks again and again on one connection, until the server says that an answer is the last, or something fails. */
export async function keepAsking(url: string): Promise<{ answers: number; failure?: string }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let answers = 1; ; answers++) {
    try {
      const { status, last } = await get(url, agent);
      if (status !== 200) return { answers, failure: `status ${status}` };
      if (last) return { answers };
    } catch (error) {
      return { answers, failure: String(error) };
    }
  }
}

/** One GET, with its answer read to the end. */
export function get(url: string, agent: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(url, { agent }, (response) => {
      response.on("error", reject).resume();
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, last: response.headers.connection === "close" });
      });
    })
      .on("error", reject)
      .end();
  });
}

export function isServing({ status, last }: Answer): boolean {
  return status === 200 && !last;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
