// Serves __NAME__ until it is told to stop, and then ends what is under way.
import { createServer } from "node:http";
import process from "node:process";

const port = Number(process.env.__VARIABLE___PORT ?? "__PORT__");
// How long the edge has to look away, once the health check says that the box is about to stop.
const drainSeconds = Number(process.env.DRAIN_SECONDS ?? (process.env.FLEET === undefined ? "0" : "2"));
let draining = false;

const server = createServer((request, response) => {
  const [status, text] = answer(request);
  response.writeHead(status, {
    "Content-Type": "text/plain; charset=utf-8",
    ...(draining && { Connection: "close" }),
  });
  response.end(text);
});

function answer({ url }) {
  if (url === "/healthz") return draining ? [503, "draining\n"] : [200, "ok\n"];
  if (url === "/") return [200, "This is __NAME__.\n"];
  return [404, "There is nothing here.\n"];
}

function drain() {
  draining = true;
  setTimeout(() => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  }, drainSeconds * 1000);
}

// Longer than an edge keeps a connection without a request.
server.keepAliveTimeout = 60_000;
process.on("SIGTERM", drain);
process.on("SIGINT", drain);
server.listen(port);
