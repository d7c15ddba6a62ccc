import {
  accessorySchema,
  applicationSchema,
  environmentSchema,
  fleetSchema,
} from "../../../config/schema.ts";
import { engineOf } from "../../../engine/engine.ts";
import type { ExportedResource, ExportedState } from "../../../plan/data/heldData.ts";
import type { DataConfiguration } from "../../../plan/data/loss.ts";

/** A configuration as a test writes it down: topology's former names, and the environment. */
export interface Written {
  accessories?: Record<string, { renamedFrom?: string }>;
  fleets?: Record<string, { renamedFrom?: string }>;
  /** The volumes of the one application of all fleets. */
  volumes?: readonly string[];
  environment: object;
}

/** It, with all that the topology needs. */
export function configured({
  accessories = {},
  fleets = {},
  volumes = [],
  environment,
}: Written): DataConfiguration {
  const recipe = { layer: "postgresql", port: 5432, volume: "/data", ready: ["true"] };
  return {
    accessories: mapped(accessories, (own) => ({
      ...accessorySchema.parse({ ...recipe, ...own }),
      layer: recipe.layer,
    })),
    fleets: mapped(fleets, (own) => fleetSchema.parse({ applications: ["catalog"], ...own })),
    applications: {
      catalog: {
        ...applicationSchema.parse({ volumes: Object.fromEntries(volumes.map((name) => [name, "/srv"])) }),
        layer: "catalog",
      },
    },
    environment: environmentSchema.parse({ fleets: {}, ...environment }),
  };
}

/** The volumes that a stack of this configuration has after an update, as `pulumi stack export` tells of them. */
export function stateAfter(configuration: DataConfiguration): ExportedState {
  const { environment } = configuration;
  const shared = sharedVolumes(configuration);
  return {
    deployment: { resources: [...accessoryVolumes(environment), ...shared, ...statefulVolumes(environment)] },
  };
}

const urn = (types: string, name: string) => `urn:pulumi:dev::immutable-fleets::${types}::${name}`;
const provider = (type: string, name: string) =>
  `${urn(`pulumi:providers:${type}`, name)}::6ef1f8c2-0000-4000-8000-000000000000`;

type Environment = DataConfiguration["environment"];

/** The prefix and provider of each engine. */
function placesOf(engines: Environment["engines"]): (readonly [prefix: string, provider: string])[] {
  const places = Object.entries(engines).map(
    ([name, each]) => [`${name}.`, `${name} ${engineOf(name, each).url}`] as const,
  );
  return places.length === 0 ? [["", "default_5_2_0"]] : places;
}

function accessoryVolumes({ accessories, engines, fleets }: Environment): ExportedResource[] {
  if (Object.values(fleets).some(({ target }) => target === "beanstalk")) return [];
  return Object.entries(accessories)
    .filter(([, { address }]) => address === undefined)
    .flatMap(([accessory, { protect }]) =>
      placesOf(engines).map(([prefix, name]) => ({
        urn: urn("fleet:index:Accessory$docker:index/volume:Volume", `${prefix}${accessory}-data`),
        id: `${accessory}-data-1a2b3c4`,
        protect,
        provider: provider("docker", name),
        inputs: { name: `${accessory}-data-1a2b3c4` },
      })),
    );
}

function sharedVolumes({ applications, fleets, environment }: DataConfiguration): ExportedResource[] {
  const runs = Object.entries(environment.fleets).some(
    ([name, { target }]) => target === "containers" && fleets[name] !== undefined,
  );
  const names = runs ? Object.keys(applications["catalog"]?.volumes ?? {}) : [];
  return names.flatMap((volume) =>
    placesOf(environment.engines).map(([prefix, name]) => ({
      urn: urn("fleet:index:SharedVolume$docker:index/volume:Volume", `${prefix}${volume}-shared`),
      id: `${volume}-shared-1a2b3c4`,
      protect: environment.volumes[volume]?.protect ?? true,
      provider: provider("docker", name),
      inputs: { name: `${volume}-shared-1a2b3c4` },
    })),
  );
}

function statefulVolumes({ fleets, aws }: Environment): ExportedResource[] {
  return Object.entries(fleets).flatMap(([fleet, { target, stateful, boxes, instances }]) => {
    const data = instances?.data;
    if (target !== "instances" || !stateful || !data || !aws) return [];
    return Array.from({ length: boxes }, (_, index) => ({
      urn: urn("fleet:index:StatefulFleet$aws:ebs/volume:Volume", `${fleet}-${index + 1}-data`),
      id: `vol-${fleet}${index + 1}`,
      protect: data.protect,
      provider: provider("aws", "aws"),
      inputs: {
        availabilityZone: aws.zones[index % aws.zones.length],
        ...(aws.encryptionKey !== undefined && { kmsKeyId: aws.encryptionKey }),
      },
    }));
  });
}

function mapped<A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
