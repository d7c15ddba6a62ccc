import type { Configuration } from "../../config/schema.ts";
import { applicationChain, chainId, composeChain } from "../chain.ts";
import { heldApplications } from "../chains.ts";
import { recipesOf } from "../recipes.ts";
import { accessoriesHere } from "./containers.ts";
import type { FleetPlan } from "./FleetPlan.ts";
import type { ImagesPlan, MachineImagesPlan } from "./ImagesPlan.ts";
import type { TargetPlan } from "./TargetPlan.ts";

/** Boxes of these run a container image, and of those a machine image. */
const runContainers: readonly string[] = ["containers", "swarm", "beanstalk"];
const runMachines: readonly string[] = ["instances", "handover"];

/** The images that what runs, and what is built beside it, needs. */
export function imagesPlan(
  configuration: Configuration,
  targets: readonly TargetPlan[],
  { local, cloud }: Pick<MachineImagesPlan, "local" | "cloud"> = { local: [], cloud: [] },
): ImagesPlan {
  const { edge } = configuration.environment;
  const fleets = targets.flatMap((target): FleetPlan[] => target.fleets);
  const ofContainers = fleets.filter(({ target }) => runContainers.includes(target));
  const ofMachines = fleets.filter(({ target }) => runMachines.includes(target));
  const containers = [
    ...ofContainers.map(({ chain }) => chain),
    ...accessoriesHere(configuration).map(({ chain }) => chain),
    ...(edge ? [composeChain(configuration.layers, [edge.layer], "container")] : []),
  ];
  const held = heldChains(configuration, local);
  return {
    ...recipesOf(configuration),
    containers,
    held,
    chains: [...containers, ...Object.values(held), ...local.map(({ chain }) => chain)],
    machines: ofMachines.map(({ chain }) => chainId(chain)),
    fleets: places(ofContainers, [
      ...ofMachines.map(({ name, chain }) => ({ fleet: name, chain })),
      ...local,
      ...cloud,
    ]),
  };
}

/** The container images that machine images hold, by application. */
function heldChains(
  configuration: Configuration,
  local: MachineImagesPlan["local"],
): Record<string, string[]> {
  const names = local.flatMap(({ chain }) => heldApplications(configuration, chain));
  return Object.fromEntries(names.map((name) => [name, applicationChain(configuration, name)]));
}

function places(
  ofContainers: readonly FleetPlan[],
  machines: readonly { fleet: string; chain: string[] }[],
): ImagesPlan["fleets"] {
  const fleets: ImagesPlan["fleets"] = {};
  for (const { name, chain } of ofContainers) fleets[name] = { image: chainId(chain) };
  for (const { fleet, chain } of machines) fleets[fleet] = { ...fleets[fleet], machineImage: chainId(chain) };
  return fleets;
}
