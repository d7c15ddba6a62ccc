import type { Configuration, Placement } from "../config/schema.ts";
import { applicationChain, chainId, composeChain, type ImageForm } from "./chain.ts";

/** The chains of layers, base first, of what runs in an environment: fleets, accessories and the edge, by name. */
export interface Chains {
  /** Container images of the fleets of containers, and of those on Elastic Beanstalk. */
  fleets: Record<string, string[]>;
  /** Machine images of the fleets of instances. */
  machines: Record<string, string[]>;
  /** Machine images that are built here, by fleet. */
  machineImages: Record<string, string[]>;
  /** Machine images that the cloud builds, by fleet: no container image is needed for them. */
  cloudImages: Record<string, string[]>;
  /** Container images that machine images hold which are built here, by application. */
  held: Record<string, string[]>;
  /** Machine images of the fleets that are handed over. */
  handovers: Record<string, string[]>;
  /** What hosts are given that are configured as container images are; no image of it is built. */
  hosts: Record<string, string[]>;
  accessories: Record<string, string[]>;
  edge?: string[];
}

/** Which images an environment needs. */
export function plannedChains(configuration: Configuration): Chains {
  const { layers, accessories, environment } = configuration;
  const chain = (top: string) => composeChain(layers, [top], "container");
  const ofFleet = (form: ImageForm) => (fleet: string) => fleetChain(configuration, fleet, form);
  const { machineImages } = environment;
  const imaged = machineImages ? (machineImages.fleets ?? Object.keys(environment.fleets)) : [];
  const isLocal = machineImages?.builder === "local";
  return {
    fleets: mapKeys(
      { ...placedOn(environment, "containers"), ...placedOn(environment, "beanstalk") },
      ofFleet("container"),
    ),
    machines: mapKeys(placedOn(environment, "instances"), ofFleet("machine")),
    held: Object.fromEntries(
      imaged
        .flatMap((fleet) => heldApplications(configuration, ofFleet("machine")(fleet)))
        .map((name) => [name, applicationChain(configuration, name)]),
    ),
    handovers: mapKeys(placedOn(environment, "handover"), ofFleet("machine")),
    machineImages: isLocal
      ? Object.fromEntries(imaged.map((fleet) => [fleet, ofFleet("machine")(fleet)]))
      : {},
    // The AMI that they stand on brings its own kernel.
    cloudImages: isLocal
      ? {}
      : Object.fromEntries(imaged.map((fleet) => [fleet, ofFleet("container")(fleet)])),
    hosts: mapKeys(placedOn(environment, "hosts"), ofFleet("container")),
    accessories: mapKeys(runHere(environment.accessories), (name) => chain(accessories[name]?.layer ?? "")),
    ...(environment.edge && { edge: chain(environment.edge.layer) }),
  };
}

/** The layers of a fleet's image in one of its forms, base first. */
export function fleetChain(
  { layers, applications, fleets }: Pick<Configuration, "layers" | "applications" | "fleets">,
  fleet: string,
  form: ImageForm,
): string[] {
  const { machine, applications: names = [] } = fleets[fleet] ?? {};
  const tops = names.map((name) => applications[name]?.layer ?? "");
  return composeChain(layers, form === "machine" && machine !== undefined ? [machine] : tops, form);
}

/** The applications whose container images the layers of a chain hold. */
export function heldApplications(
  { layers }: Pick<Configuration, "layers">,
  chain: readonly string[],
): string[] {
  return chain.flatMap((layer) => layers[layer]?.holds ?? []);
}

function placedOn({ fleets }: Configuration["environment"], target: Placement["target"]) {
  return Object.fromEntries(Object.entries(fleets).filter(([, placement]) => placement.target === target));
}

/** An accessory that has an address runs elsewhere. */
function runHere(accessories: Configuration["environment"]["accessories"]) {
  return Object.fromEntries(Object.entries(accessories).filter(([, { address }]) => address === undefined));
}

/** All chains of container images of an environment. */
export function containerChains({ fleets, accessories, edge }: Chains): string[][] {
  return [...Object.values(fleets), ...Object.values(accessories), ...(edge ? [edge] : [])];
}

/** All chains of layers that are built here. */
export function allChains(chains: Chains): string[][] {
  const { held, machineImages } = chains;
  return [...containerChains(chains), ...Object.values(held), ...Object.values(machineImages)];
}

/** The places of a fleet's container image and machine image; absent: it has none. */
export interface FleetPlaces {
  image?: string;
  machineImage?: string;
}

/** The place of each fleet's image. */
export function fleetImages(chains: Chains): Record<string, FleetPlaces> {
  const machines: Record<string, string[]> = {
    ...chains.machines,
    ...chains.handovers,
    ...chains.machineImages,
    ...chains.cloudImages,
  };
  return mapKeys({ ...chains.fleets, ...machines }, (name) => ({
    ...(chains.fleets[name] && { image: chainId(chains.fleets[name]) }),
    ...(machines[name] && { machineImage: chainId(machines[name]) }),
  }));
}

function mapKeys<V>(record: Readonly<Record<string, unknown>>, value: (key: string) => V): Record<string, V> {
  return Object.fromEntries(Object.keys(record).map((key) => [key, value(key)]));
}
