import type { Problem } from "../problem.ts";
import type { HostSettings } from "../hosts.ts";
import type { Configuration } from "../schema.ts";
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
