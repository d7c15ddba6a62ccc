import { edgeName } from "../../../config/edge.ts";
import type { Configuration, EdgeSettings } from "../../../config/schema.ts";
import { secretNames } from "../../../config/secretValues.ts";
import type { Service } from "../../../plan/buildRequest.ts";
import { chainId, composeChain } from "../../../plan/chain.ts";
import { accessoryLimits, boxVolatile, plainSettings } from "../../../fleets/box/box.ts";
import { foregroundProblem } from "../../../fleets/box/foreground.ts";
import { boxAliases, boxIdentity, boxNames } from "../../../fleets/box/identity.ts";
import { edgeConfiguration } from "../../../fleets/edge/configuration.ts";
import { doorSettings, edgeLimits } from "../../../fleets/edge/settings.ts";
import { boxEnvironment } from "../../../plan/glue/boxEnvironment.ts";
import { configuredEnvironment } from "../../../plan/glue/configuredEnvironment.ts";
import { fleetChain } from "../../../plan/chains.ts";
import { fleetLimits, type FleetLimits } from "../../../plan/limits.ts";
import { edgePlan } from "../../../fleets/edge/plan.ts";
import { edgeHealth, fleetHealth, health } from "./health.ts";
import { composeEnvironment, composeValue } from "./secrets.ts";
import { composeSettings, type ComposeService } from "./service.ts";

/** An image that is there. */
export interface ComposeImage {
  /** How Compose finds it: its id, or `name@sha256:…` of a registry. */
  reference: string;
  /** Its id, `sha256:…`. */
  digest: string;
  services: Service[];
}

/** A Compose file (Compose specification). */
export interface ComposeFile {
  services: Record<string, ComposeService>;
  networks: Record<string, object>;
  volumes: Record<string, object>;
}

/** The network of all boxes. */
const network = "boxes";

/** The chains of layers that an environment needs when all its fleets are containers on one engine. */
export function composeChains(configuration: Configuration): string[][] {
  const { environment, layers, accessories } = configuration;
  const tops = [
    ...accessoriesHere(configuration).map((name) => accessories[name]?.layer ?? ""),
    ...(environment.edge ? [environment.edge.layer] : []),
  ];
  return [
    ...Object.keys(environment.fleets).map((fleet) => fleetChain(configuration, fleet, "container")),
    ...tops.map((top) => composeChain(layers, [top], "container")),
  ];
}

/** The names of the secrets that an environment's boxes are given. */
export function wantedSecrets({ environment, fleets }: Configuration): string[] {
  const values = [
    ...Object.keys(environment.fleets).map((fleet) => configuredEnvironment({ fleets, environment }, fleet)),
    ...Object.values(environment.accessories).map((accessory) => accessory.environment),
  ].flatMap((each) => Object.values(each));
  return [...new Set(values.flatMap((value) => secretNames(String(value))))].sort();
}

/**
 * The Compose file of an environment: the boxes, accessories, edge and door that `up` would run in containers, told the same.
 * @param images by their place (`base.python.catalog`).
 * @throws Error when there is no edge, or a box cannot start as it is to.
 */
export function composeFile(
  configuration: Configuration,
  images: ReadonlyMap<string, ComposeImage>,
): ComposeFile {
  const { environment } = configuration;
  if (!environment.edge)
    throw new Error(
      "environment.edge: expected an edge for Compose, got none; add one, or name another stack",
    );
  const boxes = Object.keys(environment.fleets).flatMap((fleet) =>
    fleetServices(configuration, fleet, images),
  );
  const accessories = accessoriesHere(configuration);
  return {
    services: Object.fromEntries([
      ...edgeServices(configuration, environment.edge, images),
      ...accessories.map((name) => [name, accessoryService(configuration, name, images)] as const),
      ...boxes,
    ]),
    networks: { [network]: {} },
    volumes: Object.fromEntries(accessories.map((name) => [`${name}-data`, {}])),
  };
}

/** An accessory that has an address runs elsewhere. */
function accessoriesHere({ environment }: Configuration): string[] {
  return Object.entries(environment.accessories).flatMap(([name, { address }]) =>
    address === undefined ? [name] : [],
  );
}

function imageOf(images: ReadonlyMap<string, ComposeImage>, chain: readonly string[]): ComposeImage {
  const found = images.get(chainId(chain));
  if (!found) throw new Error(`expected an image of the chain ${chainId(chain)}, got none`);
  return found;
}

/** What a box may do and write, by its image. */
function boxService({ reference, services }: ComposeImage, limits: FleetLimits): ComposeService {
  return composeSettings(reference, plainSettings(limits), boxVolatile(limits, services));
}

function fleetServices(
  configuration: Configuration,
  fleet: string,
  images: ReadonlyMap<string, ComposeImage>,
): [string, ComposeService][] {
  const image = imageOf(images, fleetChain(configuration, fleet, "container"));
  const limits = fleetLimits(configuration, fleet);
  const problem = limits.init === "foreground" ? foregroundProblem(fleet, image.services) : undefined;
  if (problem !== undefined) throw new Error(problem);
  const names = configuration.fleets[fleet]?.applications ?? [];
  const applications = names.flatMap((name) => configuration.applications[name] ?? []);
  const used = new Set(applications.flatMap(({ uses }) => uses));
  const needed = accessoriesHere(configuration).filter((name) => used.has(name));
  const told = { ...boxEnvironment(configuration, fleet), ...configuredEnvironment(configuration, fleet) };
  return boxNames(fleet, configuration.environment.fleets[fleet]?.boxes ?? 1).map((name) => [
    name,
    {
      ...boxService(image, limits),
      environment: composeEnvironment({ ...told, ...boxIdentity(name, image.digest) }),
      networks: { [network]: { aliases: boxAliases(fleet, names) } },
      healthcheck: fleetHealth(applications),
      ...(needed.length > 0 && {
        depends_on: Object.fromEntries(needed.map((each) => [each, { condition: "service_healthy" }])),
      }),
      labels: { "immutable-fleets.compose": fleet },
    },
  ]);
}

function accessoryService(
  { accessories, environment, layers }: Configuration,
  name: string,
  images: ReadonlyMap<string, ComposeImage>,
): ComposeService {
  const recipe = accessories[name];
  const placement = environment.accessories[name];
  if (!recipe || !placement)
    throw new Error(`expected a recipe and a placement of the accessory ${name}, got none`);
  const { volatile, capabilities, volume, ready, layer } = recipe;
  const image = imageOf(images, composeChain(layers, [layer], "container"));
  return {
    ...boxService(image, { ...accessoryLimits, volatile, capabilities, memory: placement.memory }),
    environment: composeEnvironment(placement.environment),
    volumes: [{ type: "volume", source: `${name}-data`, target: volume }],
    networks: { [network]: { aliases: [name] } },
    healthcheck: health(ready.map(composeValue), "2s"),
  };
}

/** The door owns the published port and the network namespace that the edge joins. */
function edgeServices(
  configuration: Configuration,
  edge: EdgeSettings,
  images: ReadonlyMap<string, ComposeImage>,
): [string, ComposeService][] {
  const image = imageOf(images, composeChain(configuration.layers, [edge.layer], "container"));
  const plan = edgePlan(configuration);
  const ports = Object.values(configuration.applications).map(({ port }) => port);
  return [
    [
      "door",
      {
        ...composeSettings(image.reference, doorSettings(edge, ports)),
        networks: { [network]: { aliases: [edgeName] } },
      },
    ],
    [
      "edge",
      {
        ...boxService(image, edgeLimits(plan)),
        network_mode: "service:door",
        environment: composeEnvironment({ EDGE_CONFIGURATION: edgeConfiguration(plan) }),
        healthcheck: edgeHealth,
      },
    ],
  ];
}
