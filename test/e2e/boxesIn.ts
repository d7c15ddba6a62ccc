import { execa } from "execa";
import type { Sandbox } from "../sandbox/sandbox.ts";

/** The network of a stack's boxes. */
export async function boxNetwork(sandbox: Sandbox): Promise<string> {
  const exported = JSON.parse((await sandbox.pulumi("stack", "export", "--stack", "dev")).stdout) as State;
  return exported.deployment.resources.find(({ urn }) => urn.endsWith("Network::boxes"))?.id ?? "";
}

/** The containers of a fleet in a network, running or (`--all`) not. */
export async function boxesIn(network: string, fleet: string, ...options: string[]): Promise<string[]> {
  const filters = [`label=immutable-fleets.fleet=${fleet}`, `network=${network}`];
  const filtered = filters.flatMap((each) => ["--filter", each]);
  const { stdout } = await execa("docker", ["ps", "--quiet", "--no-trunc", ...options, ...filtered]);
  return stdout.split("\n").sort();
}

interface State {
  deployment: { resources: { urn: string; id?: string }[] };
}
