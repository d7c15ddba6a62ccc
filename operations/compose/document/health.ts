import type { Application } from "../../../config/schema.ts";
import { runtimeProgram } from "../../../fleets/edge/EdgeRuntime.ts";
import type { ComposeService } from "./service.ts";

type Health = NonNullable<ComposeService["healthcheck"]>;

/** Every base has Python, which Ansible needs. */
const askAll = "import sys, urllib.request as web\nfor url in sys.argv[1:]: web.urlopen(url, timeout=4)";

/** A health check by a command. The edge's own checks decide who gets requests; these are for people and `depends_on`. */
export function health(command: string[], interval = "10s"): Health {
  return { test: ["CMD", ...command], interval, timeout: "5s", retries: 3, start_period: "30s" };
}

/** Every application of a box answers on its health path. */
export function fleetHealth(applications: readonly Pick<Application, "port" | "health">[]): Health {
  const urls = applications.map(({ port, health: path }) => `http://127.0.0.1:${port}${path}`);
  return health(["/usr/bin/python3", "-c", askAll, ...urls]);
}

/** HAProxy answers. */
export const edgeHealth = health([runtimeProgram, "show", "info"]);
