import { usualStatus, type HealthCheck } from "../../../plan/glue/healthCheck.ts";
import { runtimeProgram } from "../../../fleets/edge/EdgeRuntime.ts";
import type { ComposeService } from "./service.ts";

type Health = NonNullable<ComposeService["healthcheck"]>;

/** Every base has Python, which Ansible needs. */
const askAll = [
  "import http.client, json, sys",
  "for port, path, host, status in json.loads(sys.argv[1]):",
  "    asked = http.client.HTTPConnection('127.0.0.1', port, timeout=4)",
  "    asked.request('GET', path, headers={'Host': host} if host else {})",
  "    got = asked.getresponse().status",
  "    if got != status: sys.exit(f'{port}{path}: expected {status}, got {got}')",
].join("\n");

/** A health check by a command. The edge's own checks decide who gets requests; these are for people and `depends_on`. */
export function health(command: string[], interval = "10s"): Health {
  return { test: ["CMD", ...command], interval, timeout: "5s", retries: 3, start_period: "30s" };
}

/** Every application of a box answers its health check. */
export function fleetHealth(applications: readonly HealthCheck[]): Health {
  const asked = applications.map(({ port, health: path, healthHost = "", healthStatus = usualStatus }) => [
    port,
    path,
    healthHost,
    healthStatus,
  ]);
  return health(["/usr/bin/python3", "-c", askAll, JSON.stringify(asked)]);
}

/** HAProxy answers. */
export const edgeHealth = health([runtimeProgram, "show", "info"]);
