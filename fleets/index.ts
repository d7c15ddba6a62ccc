import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { GeneratedSecret } from "../config/GeneratedSecret.ts";
import type { StackConfiguration } from "../config/read.ts";
import { projectRoot } from "../config/root.ts";
import type { BoxImage } from "../images/BoxImage.ts";
import { chainId } from "../images/plan/chain.ts";
import { repositoryPasswords } from "../images/repositoryPasswords.ts";
import { readChain } from "../images/plan/inputs.ts";
import type { Release } from "../images/release/release.ts";
import { Accessory } from "./containers/Accessory.ts";
import { ContainerFleet } from "./containers/ContainerFleet.ts";
import { Edge } from "./edge/Edge.ts";
import { boxEnvironment } from "./glue/boxEnvironment.ts";
import { configuredEnvironment, type ConfiguredValues } from "./glue/configuredEnvironment.ts";
import { placedApplications } from "./glue/topology.ts";
import { findHosts } from "./hosts/find.ts";
import type { FleetHosts } from "./hosts/host.ts";
import { HostFleet } from "./hosts/HostFleet.ts";
import type { HandoverNote } from "./instances/handover/note.ts";
import { withSecrets } from "../config/secretValues.ts";
import { edgePlan, fleetLimits, type Chains } from "./plan.ts";

/** What runs in one environment. */
export interface RunningFleets {
  /** Where requests come in. */
  url: pulumi.Input<string> | undefined;
  /** The image of each fleet, and what runs from it. */
  fleets: Record<string, { image: pulumi.Output<string>; boxes: pulumi.Output<unknown> }>;
  /** Known once every gate has passed. */
  proved: pulumi.Output<unknown>[];
  /** What goes with each machine image that is handed over. */
  handover?: Record<string, pulumi.Output<HandoverNote>>;
}

/** Runs the fleets of an environment from their images; instances from the machine images of the release that is taken. */
export async function runFleets(
  configuration: StackConfiguration,
  chains: Chains,
  images: ReadonlyMap<string, BoxImage>,
  taken?: Release,
): Promise<RunningFleets> {
  const secrets = allSecrets(configuration);
  const hosts = await findHosts(configuration, projectRoot);
  const onAws = { ...chains.machines, ...chains.handovers };
  const { fleets: placements } = configuration.environment;
  if (Object.values(placements).some(({ target }) => target === "beanstalk")) {
    const { runBeanstalk } = await import("./beanstalk/index.ts");
    return runBeanstalk(configuration, chains, images, secrets);
  }
  if (Object.keys(onAws).length === 0) return runContainers(configuration, chains, images, secrets, hosts);
  if (!taken) throw new Error("expected a release for fleets of instances, got none");
  // Loaded only where it is needed: AWS's resource types take a second that development never waits for.
  const { runInstances } = await import("./instances/index.ts");
  const { url, fleets, handedOver } = runInstances(configuration, chains, taken, secrets);
  const notRunning = [...handedOver].map(([name, { ami }]) => [
    name,
    { image: ami, boxes: pulumi.output([]) },
  ]);
  const running = [...fleets].map(([name, { ami, group }]) => [name, { image: ami, boxes: group }]);
  return {
    url,
    fleets: Object.fromEntries([...notRunning, ...running]) as RunningFleets["fleets"],
    proved: [
      ...[...fleets.values()].map(({ proved }) => proved),
      ...[...handedOver.values()].map(({ ami }) => ami),
    ],
    handover: Object.fromEntries([...handedOver].map(([name, { note }]) => [name, note])),
  };
}

function runContainers(
  configuration: StackConfiguration,
  chains: Chains,
  images: ReadonlyMap<string, BoxImage>,
  secrets: Secrets,
  hosts: Readonly<Record<string, FleetHosts>>,
): RunningFleets {
  const network = new docker.Network("boxes", {});
  const image = (chain: readonly string[] | undefined) => {
    const found = images.get(chainId(chain ?? []));
    if (!found) throw new Error(`expected an image of the chain ${chainId(chain ?? [])}, got none`);
    return found;
  };
  const settings = configuration.environment.edge;
  const edge =
    settings &&
    new Edge("edge", {
      plan: edgePlan(configuration, hosts),
      settings,
      image: image(chains.edge),
      network,
      applicationPorts: Object.values(configuration.applications).map(({ port }) => port),
    });
  const accessories = new Map(
    Object.keys(chains.accessories).map((name) => [
      name,
      runAccessory(name, configuration, image(chains.accessories[name]), network, secrets),
    ]),
  );
  const ready = [...accessories.values()].map((accessory) => accessory.container);
  const fleets = new Map(
    Object.keys(chains.fleets).map((name) => [
      name,
      runFleet(
        name,
        configuration,
        image(chains.fleets[name]),
        network,
        pulumi.all([secrets, pulumi.all(ready)]).apply(([values]) => values),
        edge,
      ),
    ]),
  );
  const hostFleets = new Map(
    Object.entries(chains.hosts).map(([name, chain]) => [
      name,
      runHosts(name, configuration, chain, hosts, secrets, edge),
    ]),
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

type Running = RunningFleets["fleets"][string];
type Secrets = pulumi.Output<Record<string, string>>;

function allSecrets({ environment, secrets }: StackConfiguration): Secrets {
  const generated = environment.generatedSecrets.map(
    (name) => [name, new GeneratedSecret(name).value] as const,
  );
  return pulumi
    .all([secrets, pulumi.all(Object.fromEntries(generated))])
    .apply(([given, made]) => ({ ...made, ...given }));
}

/** The configured environment with secrets filled in; a secret as a whole where it has any. */
function filledIn(values: ConfiguredValues, secrets: Secrets) {
  const filled = Object.entries(values).map(
    ([name, value]) =>
      [
        name,
        String(value).includes("${secret:")
          ? secrets.apply((known) => withSecrets(String(value), known))
          : pulumi.output(String(value)),
      ] as const,
  );
  return pulumi.all(Object.fromEntries(filled));
}

function runAccessory(
  name: string,
  configuration: StackConfiguration,
  image: BoxImage,
  network: docker.Network,
  secrets: Secrets,
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
    network,
    volumePath: recipe.volume,
  });
}

/** Configures the mutable hosts of a fleet, beside the boxes that run in containers. */
function runHosts(
  name: string,
  configuration: StackConfiguration,
  chain: readonly string[],
  hosts: Readonly<Record<string, FleetHosts>>,
  secrets: Secrets,
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
      stack: `${pulumi.getProject()}/${pulumi.getStack()}`,
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
  configuration: StackConfiguration,
  image: BoxImage,
  network: docker.Network,
  secrets: Secrets,
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
    network,
    ...(edge && { edge: edge.container }),
    applications: applications.map(({ name: application, port }) => ({ name: application, port })),
    gate: placement.gate,
  });
}
