import * as pulumi from "@pulumi/pulumi";
import type { StackConfiguration } from "../../config/read/read.ts";
import { projectRoot } from "../../config/root.ts";
import type { BoxImage } from "../../plan/BoxImage.ts";
import { repositoryPasswords } from "../../images/repositoryPasswords.ts";
import { readChain } from "../../plan/inputs.ts";
import { Edge, type InstancesBehind } from "../edge/Edge.ts";
import { engineOf } from "../../engine/engine.ts";
import { boxEnvironment } from "../../plan/glue/boxEnvironment.ts";
import { configuredEnvironment } from "../../plan/glue/configuredEnvironment.ts";
import { filledIn, type Secrets } from "../target/filledIn.ts";
import { placedApplications } from "../../plan/glue/topology.ts";
import type { FleetHosts } from "../../plan/host.ts";
import { HostFleet } from "../hosts/HostFleet.ts";
import type { Chains } from "../../plan/chains.ts";
import { fleetLimits } from "../../plan/limits.ts";
import { edgePlan } from "../edge/plan.ts";
import type { RunningFleets } from "../target/running.ts";
import { Accessory } from "./Accessory.ts";
import { ContainerFleet } from "./ContainerFleet.ts";
import { otherMachine, thisMachine, type Place } from "../box/place.ts";

/** What containers and mutable hosts are run from. */
interface Run {
  configuration: StackConfiguration;
  chains: Chains;
  secrets: Secrets;
  hosts: Readonly<Record<string, FleetHosts>>;
  /** Fleets of instances beside them, behind the same edge. */
  instances?: InstancesBehind | undefined;
}

type Running = RunningFleets["fleets"][string];

/**
 * Runs the fleets of containers on this machine's engine, with the mutable hosts beside them; or on the engines of other
 * machines, each all of them and an edge. There one machine is swapped after the other: the next one begins when every gate of
 * the one before has passed.
 */
export function runContainers(
  run: Run,
  images: ReadonlyMap<string, BoxImage>,
  opts: pulumi.ComponentResourceOptions = {},
): Pick<RunningFleets, "url" | "fleets" | "proved"> {
  const engines = Object.entries(run.configuration.environment.engines);
  if (engines.length === 0) return runHere(run, images, opts);
  const all: { url: string | undefined; fleets: Map<string, ContainerFleet> }[] = [];
  for (const [name, settings] of engines) {
    const gates = [...(all.at(-1)?.fleets.values() ?? [])].map(({ gate }) => gate);
    const place = otherMachine(engineOf(name, settings), images, gates, opts);
    const { edge, fleets } = runIn(place, run);
    all.push({ url: edge?.url, fleets });
  }
  const urls = all.flatMap(({ url }) => (url === undefined ? [] : [url]));
  return {
    url: urls.length === 0 ? undefined : urls.join(", "),
    fleets: Object.fromEntries(
      Object.keys(run.chains.fleets).map((name) => [
        name,
        together(all.flatMap(({ fleets }) => fleets.get(name) ?? [])),
      ]),
    ),
    proved: all.flatMap(({ fleets }) => [...fleets.values()].map(({ proved }) => proved)),
  };
}

/** The boxes of one fleet on several machines. */
function together(fleets: readonly ContainerFleet[]): Running {
  const [first] = fleets;
  if (!first) throw new Error("expected a fleet on every engine, got none");
  const boxes = pulumi
    .all(fleets.map(({ containers }) => containers))
    .apply((all) => Object.assign({}, ...all) as Record<string, string>);
  return { image: first.image, boxes };
}

function runHere(run: Run, images: ReadonlyMap<string, BoxImage>, opts: pulumi.ComponentResourceOptions) {
  const { edge, fleets } = runIn(thisMachine(images, opts), run);
  const hostFleets = new Map(
    Object.entries(run.chains.hosts).map(([name, chain]) => [name, runHosts(name, run, chain, edge)]),
  );
  const running: [string, Running][] = [
    ...[...fleets].map(([name, { image: id, containers }]): [string, Running] => [
      name,
      { image: id, boxes: containers },
    ]),
    ...[...hostFleets].map(([name, { content, hosts: names }]): [string, Running] => [
      name,
      { image: pulumi.output(content), boxes: pulumi.output(names) },
    ]),
  ];
  return {
    url: edge?.url,
    fleets: Object.fromEntries(running),
    proved: [...fleets.values(), ...hostFleets.values()].map(({ proved }) => proved),
  };
}

/** The edge, the accessories and the fleets of containers on one engine. */
function runIn(place: Place, run: Run): { edge: Edge | undefined; fleets: Map<string, ContainerFleet> } {
  const { configuration, chains, secrets, hosts, instances } = run;
  const settings = configuration.environment.edge;
  const edge =
    settings &&
    new Edge({
      plan: edgePlan(configuration, hosts),
      settings,
      image: place.image(chains.edge),
      place,
      applicationPorts: Object.values(configuration.applications).map(({ port }) => port),
      instances,
    });
  const accessories = Object.entries(chains.accessories).map(([name, chain]) =>
    runAccessory(name, run, place.image(chain), place),
  );
  const ready = pulumi.all(accessories.map(({ container }) => container));
  const known = pulumi.all([secrets, ready]).apply(([values]) => values);
  const fleets = Object.entries(chains.fleets).map(
    ([name, chain]) =>
      [name, runFleet(name, { ...run, secrets: known }, place.image(chain), place, edge)] as const,
  );
  return { edge, fleets: new Map(fleets) };
}

function runAccessory(
  name: string,
  { configuration, secrets }: Run,
  image: BoxImage,
  place: Place,
): Accessory {
  const recipe = configuration.accessories[name];
  const placement = configuration.environment.accessories[name];
  if (!recipe || !placement)
    throw new Error(`expected a recipe and a placement of the accessory ${name}, got none`);
  return new Accessory(name, {
    ...recipe,
    ...placement,
    image: image.image,
    services: image.services,
    environment: filledIn(placement.environment, secrets),
    place,
    volumePath: recipe.volume,
  });
}

/** Configures the mutable hosts of a fleet, beside the boxes that run in containers. */
function runHosts(
  name: string,
  { configuration, hosts, secrets }: Run,
  chain: readonly string[],
  edge?: Edge,
): HostFleet {
  const { environment } = configuration;
  const placement = environment.fleets[name];
  const found = hosts[name];
  if (!placement || !found) throw new Error(`expected a placement and hosts of the fleet ${name}, got none`);
  const glue = boxEnvironment(configuration, name, environment.edge?.internalAddress);
  const layers = readChain(projectRoot, configuration, chain);
  const passwords = repositoryPasswords(layers, { ...configuration, secrets: configuration.secrets });
  return new HostFleet(
    {
      fleet: name,
      door: edge?.doorContainer,
      layers,
      hosts: found,
      applications: placedApplications(configuration)
        .filter(({ fleet }) => fleet === name)
        .map(({ name: application, port, health }) => ({ name: application, port, health })),
      edge: edge !== undefined,
      drainSeconds: placement.drainSeconds,
      gate: placement.gate,
      environment: pulumi
        .output(filledIn(configuredEnvironment(configuration, name), secrets))
        .apply((own) => ({ ...glue, ...own })),
      ...(passwords && { passwords }),
    },
    // The edge that is to know them, and that is asked to drain them.
    { dependsOn: edge ? [edge] : [] },
  );
}

function runFleet(
  name: string,
  { configuration, secrets }: Run,
  image: BoxImage,
  place: Place,
  edge?: Edge,
): ContainerFleet {
  const placement = configuration.environment.fleets[name];
  const names = configuration.fleets[name]?.applications ?? [];
  const applications = names.flatMap((application) => {
    const found = configuration.applications[application];
    return found ? [{ name: application, ...found }] : [];
  });
  if (!placement) throw new Error(`expected a placement of the fleet ${name}, got none`);
  return new ContainerFleet({
    fleet: name,
    image: image.image,
    boxes: placement.boxes,
    limits: { ...fleetLimits(configuration, name), services: image.services },
    environment: pulumi
      .all([
        boxEnvironment(configuration, name),
        filledIn(configuredEnvironment(configuration, name), secrets),
      ])
      .apply(([glue, own]) => ({ ...glue, ...own })),
    place,
    ...(edge && { edge: edge.container }),
    applications: applications.map(({ name: application, port }) => ({ name: application, port })),
    gate: placement.gate,
  });
}
