import type { ServerState } from "../edge/serverStates.ts";
import type { BoxState } from "./verdict.ts";

/** What an edge says of one application of a box. @param addresses that the box has. */
export function edgeCheck(
  { name, port }: { name: string; port: number },
  addresses: readonly string[],
  servers: readonly ServerState[],
): BoxState["checks"][number] {
  const server = servers.find(
    ({ backend, address }) => backend === name && addresses.some((ip) => address === `${ip}:${port}`),
  );
  return {
    application: name,
    healthy: server?.healthy ?? false,
    detail: server?.detail ?? "not yet seen by the edge",
  };
}
