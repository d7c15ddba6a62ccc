import type { Problem } from "../problem.ts";
import type { HostSettings } from "../hosts.ts";
import type { Configuration } from "../schema.ts";
import { layersBelow } from "./layers.ts";
import type { Surroundings } from "./surroundings.ts";

/** What is wrong where fleets have mutable hosts: who they are, and what they can reach. */
export function hostProblems(configuration: Configuration, { exists }: Surroundings): Problem[] {
  const placements = Object.entries(configuration.environment.fleets);
  return placements.flatMap(([fleet, placement]) => {
    const { target, hosts, memory, cpus } = placement;
    if (target !== "hosts") return hosts ? memberProblems(fleet, hosts, exists) : [];
    const limits = Object.entries({ memory, cpus }).filter(([, value]) => value !== undefined);
    return [
      ...limits.map(([key, value]) =>
        problem(fleet, key, "no limit of a container on hosts", String(value), "remove it"),
      ),
      ...(hosts
        ? memberProblems(fleet, hosts, exists)
        : [problem(fleet, "hosts", "the hosts of the fleet", "nothing", "add hosts: {members: …}")]),
      ...provisionerProblems(fleet, configuration),
      ...accessoryProblems(fleet, configuration),
    ];
  });
}

function problem(fleet: string, key: string, expected: string, got: string, fix: string): Problem {
  return { path: `environment.fleets.${fleet}.${key}`, expected, got, fix };
}

function memberProblems(fleet: string, hosts: HostSettings, exists: (path: string) => boolean): Problem[] {
  const { members, inventory, group, knownHosts } = hosts;
  const listed = Object.keys(members).length > 0;
  const problems: Problem[] = [];
  if (listed === (inventory !== undefined))
    problems.push(
      problem(
        fleet,
        "hosts",
        "either members or an inventory",
        listed ? "both" : "neither",
        listed ? "keep one" : "add one",
      ),
    );
  if (inventory !== undefined && !exists(inventory))
    problems.push(
      problem(fleet, "hosts.inventory", "a file of the project", inventory, "create it or correct the path"),
    );
  for (const [key, value] of Object.entries({ group, knownHosts }))
    if (value !== undefined && inventory === undefined)
      problems.push(problem(fleet, `hosts.${key}`, "an inventory beside it", value, "remove it"));
  return problems;
}

/** Hosts are configured by the playbook alone. */
function provisionerProblems(fleet: string, { fleets, applications, layers }: Configuration): Problem[] {
  const tops = (fleets[fleet]?.applications ?? []).map((name) => applications[name]?.layer ?? "");
  const all = new Set(tops.flatMap((top) => layersBelow(layers, top)));
  return [...all].flatMap((name) => {
    const { provisioner = "ansible" } = layers[name] ?? {};
    if (provisioner === "ansible") return [];
    const got = `${provisioner} in ${name}`;
    return [problem(fleet, "target", "layers made by roles for hosts", got, "choose another target")];
  });
}

/** Accessories run in the engine's network, where hosts do not reach them. */
function accessoryProblems(fleet: string, { fleets, applications, environment }: Configuration): Problem[] {
  const used = (fleets[fleet]?.applications ?? []).flatMap((name) => applications[name]?.uses ?? []);
  return [...new Set(used)]
    .filter((use) => environment.accessories[use]?.address === undefined && use in environment.accessories)
    .map((use) => ({
      path: `environment.accessories.${use}.address`,
      expected: `an address that the hosts of ${fleet} reach`,
      got: "nothing",
      fix: "run it elsewhere and add its host name",
    }));
}
