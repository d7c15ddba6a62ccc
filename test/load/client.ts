import { setPriority } from "node:os";
import autocannon from "autocannon";

// Load on an address until SIGTERM, in a process of its own: keep-alive connections as fast as they are answered, or at a rate,
// and requests of two seconds side by side. Prints a LoadResult as JSON.
// Arguments: address, host name of the slow requests, fast requests per second (0: as fast as they are answered), then host name and path of each kind of fast ones
// (`catalog.localhost/products/rope`), which share the connections.

/** What became of all requests. */
export interface LoadResult {
  requests: number;
  slowRequests: number;
  /** Refused, reset, timed out, cut short, or answered with anything but 200: what, and how often. */
  failures: Record<string, number>;
  requestsPerSecond: number;
}

// Load takes the processors that an update leaves; at its own priority it would be the update that is slow.
setPriority(10);

const [address = "", slowHost = "", rate = "0", ...fastTargets] = process.argv.slice(2);
const fastConnections = 16;
const failures: Record<string, number> = {};
const fail = (what: string) => {
  failures[what] = (failures[what] ?? 0) + 1;
};
let stopping = false;

const fast = fastTargets.map((target) => {
  const [host = ""] = target.split("/");
  const share = (total: number) => Math.ceil(total / fastTargets.length);
  return load(host, target.slice(host.length), share(fastConnections), share(Number(rate)));
});
const slow = load(slowHost, "/slow?seconds=2", 6);
const stop = () => {
  stopping = true;
  for (const { instance } of fast) instance.stop();
  slow.instance.stop();
};
process.on("SIGTERM", stop);
process.on("SIGINT", stop);

const [slowResult, ...fastResults] = await Promise.all([slow.done, ...fast.map(({ done }) => done)]);
const sum = (count: (result: autocannon.Result) => number) =>
  fastResults.map(count).reduce((total, each) => total + each, 0);
const result: LoadResult = {
  requests: sum(({ requests }) => requests.total),
  slowRequests: slowResult.requests.total,
  failures,
  requestsPerSecond: sum(({ requests }) => requests.average),
};
process.stdout.write(`${JSON.stringify(result)}\n`);

function load(host: string, path: string, connections: number, overallRate = 0) {
  const { promise: done, resolve, reject } = Promise.withResolvers<autocannon.Result>();
  const limit = overallRate > 0 ? { overallRate, ignoreCoordinatedOmission: true } : {};
  const much = { connections, duration: 3600, timeout: 30, ...limit };
  const options = { url: `${address}${path}`, headers: { host }, servername: host, ...much };
  const instance = autocannon(options, (error: Error | null, result) => {
    if (error) reject(error);
    else resolve(result);
  });
  instance.on("reqError", (error: Error) => {
    if (!stopping) fail(`${host}: ${error.message}`);
  });
  // The length tells whose answer it was: the edge's own page, the web tier's, or an application's.
  instance.on("response", (_client, status, bytes) => {
    if (status !== 200) fail(`${host}: status ${status}, ${bytes} bytes`);
  });
  return { instance, done };
}
