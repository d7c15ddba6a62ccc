import { createServer } from "node:http";
import * as path from "node:path";

/** A Docker Engine that has nothing: as much of its API as lists images and containers. */
export interface EmptyEngine {
  /** Value of DOCKER_HOST. */
  host: string;
  stop(): void;
}

/** Starts it on a socket in a folder. */
export async function startEmptyEngine(folder: string): Promise<EmptyEngine> {
  const socket = path.join(folder, "empty.sock");
  const server = createServer((request, response) => {
    const asked = request.url ?? "";
    response.setHeader("Api-Version", "1.41");
    response.setHeader("Content-Type", asked.endsWith("/_ping") ? "text/plain" : "application/json");
    response.end(asked.endsWith("/_ping") ? "OK" : "[]");
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return { host: `unix://${socket}`, stop: () => void server.close() };
}
