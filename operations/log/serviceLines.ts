import type { LogLine } from "./choose.ts";

/** A line as `docker service logs --no-task-ids` prints it: `catalog-1f2e3d4.2@machine    | …`, with `--timestamps` after the time. */
const form = /^(?:(\S+Z) )?\S+\.(\d+)@\S+\s+\| ?(.*)$/s;

/** A line of a service's log, by the box that printed it; one of the Swarm's own words is of the fleet. */
export function parseServiceLine(fleet: string, line: string): LogLine & { prefix: string } {
  const [, time = "", slot, text = ""] = form.exec(line) ?? [];
  if (slot === undefined) return { prefix: `${fleet} | `, time: "", text: line };
  return { prefix: `${fleet}-${slot} | `, time, text };
}
