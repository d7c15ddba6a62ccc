import type { DockerClient } from "../../engine/DockerClient.ts";
import type { ServerState } from "./serverStates.ts";
import { doorsOf, edgesBehind } from "./behind.ts";
import { balancerServer } from "./servers.ts";
import { EdgeRuntime } from "./EdgeRuntime.ts";

/** What an edge says of the load balancers that it sends the requests for some applications to. */
export async function balancersOf(
  edge: EdgeRuntime,
  applications: readonly string[],
): Promise<ServerState[]> {
  return (await edge.servers()).filter(
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
export async function introduceBalancers(
  edge: string,
  states: readonly ServerState[],
  engine: DockerClient,
): Promise<void> {
  const [own] = await doorsOf([edge], engine);
  if (!own) throw new Error(`edge ${edge.slice(0, 12)}: expected it to run, got no such container`);
  const edges = await edgesBehind(own.door, engine);
  for (const id of edges.filter((each) => each !== edge)) {
    const old = new EdgeRuntime(id, engine);
    for (const { backend, name, address, checked } of states) {
      const server = `${backend}/${name}`;
      if (checked && (await old.addServer(server, address))) await old.ask("enable", "server", server);
    }
  }
}
