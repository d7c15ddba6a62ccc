import { execa } from "execa";

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

interface Field {
  objType: string;
  field: { name: string };
  value: { value: string | number };
}

/** Asks the edge of that container id; undefined when it does not answer. */
export async function askEdge(edge: string): Promise<EdgeServer[] | undefined> {
  const command = ["exec", edge, "/usr/local/bin/fleet-edge-state", "show", "stat", "json"];
  const result = await execa("docker", command, { reject: false, stdin: "ignore" });
  return result.exitCode === 0 ? parseEdgeServers(result.stdout) : undefined;
}

/** The servers that have an address in the answer to `show stat json` (HAProxy's management guide, 9.3). */
export function parseEdgeServers(json: string): EdgeServer[] {
  return (JSON.parse(json) as Field[][])
    .filter((fields) => fields[0]?.objType === "Server")
    .map((fields) => Object.fromEntries(fields.map(({ field, value }) => [field.name, value.value])))
    .map((row) => {
      const text = (name: string) => String(row[name] ?? "");
      return {
        backend: text("pxname"),
        name: text("svname"),
        address: text("addr"),
        healthy: text("status").startsWith("UP"),
        detail: [text("status"), text("check_status"), text("check_code")]
          .filter((part) => part !== "")
          .join(" "),
        requests: Number(row["lbtot"] ?? 0),
      };
    })
    .filter(({ address }) => address !== "");
}
