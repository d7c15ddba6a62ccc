import { execa } from "execa";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { keptState } from "../sandbox/state.ts";

/** The network of a stack's boxes. */
export function boxNetwork(sandbox: Sandbox): string {
  return keptState(sandbox).resources?.find(({ urn }) => urn.endsWith("Network::boxes"))?.id ?? "";
}

/** The containers of a fleet in a network, running or (`--all`) not. */
export async function boxesIn(network: string, fleet: string, ...options: string[]): Promise<string[]> {
  const filters = [`label=immutable-fleets.fleet=${fleet}`, `network=${network}`];
  const filtered = filters.flatMap((each) => ["--filter", each]);
  const { stdout } = await execa("docker", ["ps", "--quiet", "--no-trunc", ...options, ...filtered]);
  return stdout.split("\n").sort();
}
