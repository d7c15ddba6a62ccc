import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Has a server listen on a free port of 127.0.0.1. @returns its host and port: `127.0.0.1:40031`. */
export async function listenHere(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return hostOf(server);
}

/** Where a server listens that does. */
export function hostOf(server: Server): string {
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
