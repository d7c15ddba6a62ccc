import type { Configuration, Placement } from "../config/schema.ts";
import { chainId, composeChain, type ImageForm } from "../images/plan/chain.ts";
import type { ReleaseContent } from "../images/release/release.ts";
import { serverSlots, type EdgePlan } from "./edge/configuration.ts";
import type { Init } from "./containers/box.ts";
import { placedApplications } from "./glue/topology.ts";

/** The chains of layers, base first, of what runs in an environment: fleets, accessories and the edge, by name. */
export interface Chains {
  /** Container images of the fleets of containers. */
  fleets: Record<string, string[]>;
  /** Machine images of the fleets of instances. */
  machines: Record<string, string[]>;
  accessories: Record<string, string[]>;
  edge?: string[];
}

/** Which images an environment needs. */
export function plannedChains({
  layers,
  applications,
  accessories,
  fleets,
  environment,
}: Configuration): Chains {
  const chain = (tops: string[], form: ImageForm = "container") => composeChain(layers, tops, form);
  const ofFleet = (fleet: string) =>
    (fleets[fleet]?.applications ?? []).map((name) => applications[name]?.layer ?? "");
  return {
    fleets: mapKeys(placedOn(environment, "containers"), (fleet) => chain(ofFleet(fleet))),
    machines: mapKeys(placedOn(environment, "instances"), (fleet) => chain(ofFleet(fleet), "machine")),
    accessories: mapKeys(runHere(environment.accessories), (name) => chain([accessories[name]?.layer ?? ""])),
    ...(environment.edge && { edge: chain([environment.edge.layer]) }),
  };
}

function placedOn({ fleets }: Configuration["environment"], target: Placement["target"]) {
  return Object.fromEntries(Object.entries(fleets).filter(([, placement]) => placement.target === target));
}

/** An accessory that has an address runs elsewhere. */
function runHere(accessories: Configuration["environment"]["accessories"]) {
  return Object.fromEntries(Object.entries(accessories).filter(([, { address }]) => address === undefined));
}

/** All chains of container images of an environment. */
export function allChains({ fleets, accessories, edge }: Chains): string[][] {
  return [...Object.values(fleets), ...Object.values(accessories), ...(edge ? [edge] : [])];
}

/** The place of each fleet's image. */
export function fleetImages({ fleets, machines }: Chains): ReleaseContent["fleets"] {
  return {
    ...mapKeys(fleets, (name) => ({ image: chainId(fleets[name] ?? []) })),
    ...mapKeys(machines, (name) => ({ machineImage: chainId(machines[name] ?? []) })),
  };
}

function mapKeys<V>(record: Readonly<Record<string, unknown>>, value: (key: string) => V): Record<string, V> {
  return Object.fromEntries(Object.keys(record).map((key) => [key, value(key)]));
}

/** How a fleet's boxes start: as configured, else in the foreground where there is one application, else by systemd. */
export function fleetInit({ fleets }: Pick<Configuration, "fleets">, fleet: string): Init {
  const { init, applications } = fleets[fleet] ?? { applications: [] };
  return init ?? (applications.length > 1 ? "systemd" : "foreground");
}

/** What the edge's configuration follows from. */
export function edgePlan(configuration: Configuration): EdgePlan {
  const { fleets } = configuration.environment;
  return {
    applications: placedApplications(configuration),
    slots: Object.fromEntries(Object.entries(fleets).map(([name, { boxes }]) => [name, serverSlots(boxes)])),
    drainSeconds: Math.max(30, ...Object.values(fleets).map(({ drainSeconds }) => drainSeconds)),
  };
}
