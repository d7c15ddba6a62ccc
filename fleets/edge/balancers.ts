import { execa } from "execa";
import { parseServerStates, type ServerState } from "../gate/serverStates.ts";
import { edgesBehind } from "./behind.ts";
import { balancerServer } from "./configuration.ts";
import { addServer, askHaproxy } from "./runtime.ts";

/** What an edge says of the load balancers that it sends the requests for some applications to. */
export async function balancersOf(edge: string, applications: readonly string[]): Promise<ServerState[]> {
  const states = parseServerStates(await askHaproxy(edge, "show", "stat"));
  return states.filter(
    ({ backend, name }) => applications.includes(backend) && name.startsWith(balancerServer),
  );
}

/** Why an edge cannot send requests to the load balancers of some applications; undefined: it can. */
export function balancerFault(
  states: readonly ServerState[],
  applications: readonly string[],
): string | undefined {
  const faults = applications.flatMap((application) => {
    const own = states.filter(({ backend }) => backend === application);
    if (own.some(({ checked }) => checked)) return [];
    const seen = own.find(({ address }) => address !== "");
    return [`${application}: ${seen ? `${seen.address}, ${seen.detail}` : "its name was not found"}`];
  });
  return faults.length === 0 ? undefined : faults.join("; ");
}

/**
 * Makes the load balancers that an edge has found known to those before it behind the same door: one that is being swapped takes
 * requests to its end, when the containers that instances take over from may already be gone.
 */
export async function introduceBalancers(edge: string, states: readonly ServerState[]): Promise<void> {
  const format = "{{.HostConfig.NetworkMode}}";
  const { stdout: mode } = await execa("docker", ["inspect", "--format", format, edge]);
  const edges = await edgesBehind(mode.replace(/^container:/, ""));
  for (const old of edges.filter((each) => each !== edge))
    for (const { backend, name, address, checked } of states) {
      const server = `${backend}/${name}`;
      if (checked && (await addServer(old, server, address)))
        await askHaproxy(old, "enable", "server", server);
    }
}
