import { execa } from "execa";
import { checkSettings } from "./configuration.ts";

/** Asks the HAProxy of an edge's container by its runtime socket. @throws Error when it does not answer. */
export async function askHaproxy(edge: string, ...command: string[]): Promise<string> {
  const result = await execa("docker", ["exec", edge, "/usr/local/bin/fleet-edge-state", ...command], {
    reject: false,
    stdin: "ignore",
  });
  if (result.failed) throw new Error(`edge ${edge.slice(0, 12)}: expected an answer, got ${result.stderr}`);
  return result.stdout;
}

/**
 * Makes a server known to a running edge, which checks it from now on, and sends it nothing until it is enabled.
 * @param server its backend and name: `catalog/host-web1`. @param address an IP address with a port: names are not looked up.
 * @returns whether it was added: not where the edge has no such backend, or a server of that name.
 */
export async function addServer(edge: string, server: string, address: string): Promise<boolean> {
  // Servers that are added at run time have no defaults.
  const answer = await askHaproxy(edge, "add", "server", server, address, ...checkSettings);
  const added = answer.includes("registered");
  if (added) await askHaproxy(edge, "enable", "health", server);
  return added;
}
