import autocannon from "autocannon";

// Full load on an address until SIGTERM, in a process of its own: keep-alive connections as fast as they are answered,
// and requests of two seconds side by side. Prints a LoadResult as JSON.
// Arguments: address, host name of the slow requests, then host name and path of each kind of fast ones
// (`catalog.localhost/products/rope`), which share the connections.

/** What became of all requests. */
export interface LoadResult {
  requests: number;
  slowRequests: number;
  /** Refused, reset, timed out, cut short, or answered with anything but 200: what, and how often. */
  failures: Record<string, number>;
  requestsPerSecond: number;
}

const [address = "", slowHost = "", ...fastTargets] = process.argv.slice(2);
const fastConnections = 16;
const failures: Record<string, number> = {};
const fail = (what: string) => {
  failures[what] = (failures[what] ?? 0) + 1;
};
let stopping = false;

const fast = fastTargets.map((target) => {
  const [host = ""] = target.split("/");
  return load(host, target.slice(host.length), Math.ceil(fastConnections / fastTargets.length));
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

function load(host: string, path: string, connections: number) {
  const { promise: done, resolve, reject } = Promise.withResolvers<autocannon.Result>();
  const options = { url: `${address}${path}`, connections, duration: 3600, timeout: 30, headers: { host } };
  const instance = autocannon(options, (error: Error | null, result) => {
    if (error) reject(error);
    else resolve(result);
  });
  instance.on("reqError", (error: Error) => {
    if (!stopping) fail(`${host}: ${error.message}`);
  });
  instance.on("response", (_client, status) => {
    if (status !== 200) fail(`${host}: status ${status}`);
  });
  return { instance, done };
}
