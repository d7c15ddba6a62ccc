import { configurationIn } from "../../../config/read/readFiles.ts";
import type { Environment } from "../../../config/schema.ts";
import type { HoleGateRequest } from "./HoleGateRequest.ts";

/** What an environment makes of holes: those that take releases refuse, others warn. */
export function gateOf({ holes, ...environment }: Environment): "refuse" | "warn" | "off" {
  return holes.gate ?? (takes(environment) ? "refuse" : "warn");
}

/** Whether an environment takes releases; else it builds. */
export function takes({ release, promoteFrom }: Pick<Environment, "release" | "promoteFrom">): boolean {
  return release !== undefined || promoteFrom !== undefined;
}

/**
 * Looks for holes in the images that are to run, before anything is changed, where the environment refuses them, or takes a release.
 * @throws HolesRefused with all of them at once. What runs already is not refused: that would not take it away.
 */
export async function refuseHoles(request: HoleGateRequest): Promise<void> {
  const { root, stack, say } = request;
  const configuration = configurationIn(root, stack);
  if (!configuration) return;
  // One that is promoted to takes releases from now on, at the latest.
  const { environment } = configuration;
  const gate = gateOf(request.release ? { ...environment, promoteFrom: "promoted" } : environment);
  if (gate === "off") return;
  if (Object.keys(configuration.advisories).length === 0) {
    if (gate === "refuse")
      say(`${stack}: no database of advisories is configured, so holes are not looked for (docs/holes.md)`);
    return;
  }
  // What looks at images is loaded where there is something to look for: every update would wait for it.
  const { lookForHoles } = await import("./looked.ts");
  await lookForHoles(request, configuration, gate);
}
