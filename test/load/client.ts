import autocannon from "autocannon";

// Full load on an address until SIGTERM, in a process of its own: keep-alive connections as fast as they are answered,
// and requests of two seconds side by side. Prints a LoadResult as JSON.
// Arguments: address, host name of the fast requests, host name of the slow ones.

/** What became of all requests. */
export interface LoadResult {
  requests: number;
  slowRequests: number;
  /** Refused, reset, timed out, cut short, or answered with anything but 200: what, and how often. */
  failures: Record<string, number>;
  requestsPerSecond: number;
}

const [address = "", fastHost = "", slowHost = ""] = process.argv.slice(2);
const failures: Record<string, number> = {};
const fail = (what: string) => {
  failures[what] = (failures[what] ?? 0) + 1;
};
let stopping = false;

const fast = load(fastHost, "/products/rope", 16);
const slow = load(slowHost, "/slow?seconds=2", 6);
const stop = () => {
  stopping = true;
  fast.instance.stop();
  slow.instance.stop();
};
process.on("SIGTERM", stop);
process.on("SIGINT", stop);

const [fastResult, slowResult] = await Promise.all([fast.done, slow.done]);
const result: LoadResult = {
  requests: fastResult.requests.total,
  slowRequests: slowResult.requests.total,
  failures,
  requestsPerSecond: fastResult.requests.average,
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
