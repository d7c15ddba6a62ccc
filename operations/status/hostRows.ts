import { serverName } from "../../plan/host.ts";
import type { EdgeServer } from "../../fleets/edge/edgeServers.ts";
import type { WantedHostFleet } from "../state/host.ts";
import { ageSeconds, healthBy, type StatusRow } from "./report.ts";

/** The mutable hosts of a stack: what the edge says of them, and when they were configured. */
export function hostRows(
  fleets: readonly WantedHostFleet[],
  servers: readonly EdgeServer[] | undefined,
  now: Date,
): StatusRow[] {
  return fleets.flatMap(({ request, content, configured }) =>
    request.hosts.map(({ name, address }): StatusRow => {
      const own = servers?.filter((server) => server.name === serverName(name));
      return {
        status: {
          box: name,
          group: request.fleet,
          kind: "host",
          id: address,
          image: content,
          state: "configured",
          ...healthBy(request.edge ? own : undefined),
          ...(configured && { ageSeconds: ageSeconds(configured, now) }),
          restarts: 0,
        },
        requests: (own ?? []).reduce((sum, { requests }) => sum + requests, 0),
      };
    }),
  );
}
