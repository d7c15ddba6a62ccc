import { addressedBackend, uncheckedBackend } from "./servers.ts";
import { statisticsRows } from "./edgeStatistics.ts";
import { challengeBackend } from "./tls.ts";
import type { EdgeRuntime } from "./EdgeRuntime.ts";

/** One server of a backend, as HAProxy sees it. */
export interface EdgeServer {
  backend: string;
  /** Its name in the edge's configuration: `catalog-3`, `host-web1`. */
  name: string;
  /** `IP:port` of the box. */
  address: string;
  healthy: boolean;
  /** Result of the last check, for people. */
  detail: string;
  /** Requests sent to it since the edge started. */
  requests: number;
}

/** Backends of servers that are not checked, or are no application's. */
const unseen = [uncheckedBackend, addressedBackend, challengeBackend];

/** The servers of an edge; undefined when it does not answer. */
export async function askEdge(edge: EdgeRuntime): Promise<EdgeServer[] | undefined> {
  const json = await edge.statistics();
  return json === undefined ? undefined : parseEdgeServers(json);
}

/** The servers that are checked and have an address, in the answer to `show stat json` (HAProxy's management guide, 9.3). */
export function parseEdgeServers(json: string): EdgeServer[] {
  return statisticsRows(json)
    .filter(({ type }) => type === "Server")
    .map(({ values }) => {
      const text = (name: string) => String(values.get(name) ?? "");
      return {
        backend: text("pxname"),
        name: text("svname"),
        address: text("addr"),
        healthy: text("status").startsWith("UP"),
        detail: [text("status"), text("check_status"), text("check_code")]
          .filter((part) => part !== "")
          .join(" "),
        requests: Number(values.get("lbtot") ?? 0),
      };
    })
    .filter(({ address, backend }) => address !== "" && !unseen.some((prefix) => backend.startsWith(prefix)));
}
