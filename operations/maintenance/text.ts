import { wayIn } from "../../fleets/edge/maintenance.ts";
import type { UnderMaintenance } from "./edges.ts";

/** What is under maintenance, and how one comes in oneself. */
export function formatMaintenance(stack: string, all: UnderMaintenance): string {
  const [word] = all.values();
  if (word === undefined) return `${stack}: nothing is under maintenance\n`;
  return [
    ...[...all.keys()].sort().map((name) => noteOf(name)),
    `To come in yourself, add ?${wayIn.parameter}=${word} to an address, which sets a cookie, or send the header ${wayIn.header}: ${word}`,
    "",
  ].join("\n");
}

/** One line on an application. */
export function noteOf(application: string): string {
  return `${application}: under maintenance, answers 503 (npm run maintenance -- off ${application})`;
}
