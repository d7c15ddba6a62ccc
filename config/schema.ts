import { z } from "zod";
import { advisoriesSchema } from "./advisories.ts";
import { backupSchema, dataKeys } from "./backups.ts";
import { baseSourceSchema } from "./baseSource.ts";
import { deploymentKeys } from "./deployments.ts";
import { edgeSchema } from "./edge.ts";
import { engineSchema } from "./engines.ts";
import { boxKeys } from "./boxKeys.ts";
import { imageKeys, ofKey } from "./existingImage.ts";
import {
  absolutePath,
  bounded,
  capability,
  count,
  devicePath,
  hostName,
  mountPath,
  name,
  portNumber,
  relativePath,
  scalar,
  size,
  urlPath,
  variableName,
  whole,
  wholeSeconds,
} from "./forms.ts";
import { generatedSecretKeys } from "./generatedSecrets.ts";
import { holesSchema } from "./holes.ts";
import { hostsSchema } from "./hosts.ts";
import { awsSchema, instancesSchema } from "./instances.ts";
import { logsSchema } from "./logs.ts";
import { machineImagesSchema } from "./machineImages.ts";
import { packageSchema, packagesSchema } from "./packages.ts";
import { playKeys } from "./play.ts";
import { provisionerKeys } from "./provisioner.ts";
import { promotion } from "./promotion.ts";
import { registrySchema } from "./registry.ts";
import { releasesSchema } from "./releases.ts";
import { portsKey, publishedKey } from "./ports.ts";
import { hostNamesSchema, publicKeys } from "./routes.ts";
import { schedulesKey } from "./schedules.ts";
import { environmentTaskKeys, taskKeys } from "./tasks.ts";
import { swarmPlacementSchema, swarmSchema } from "./swarm.ts";
import { gateSchema, swapSchema } from "./swap.ts";
import { matchingText } from "./text.ts";
import { placedVolumesSchema, volumesKey } from "./volumes.ts";
import { readyKey } from "./worker.ts";

const layerSchema = z
  .strictObject({
    from: baseSourceSchema.optional(),
    on: name.optional().describe("The layer below; a layer has either `on` or `from`."),
    roles: z.array(z.string()).default([]).describe("Roles of playbooks/roles, applied in this order."),
    variables: z.record(z.string(), z.json()).default({}).describe("Variables that the roles are given."),
    files: z
      .array(relativePath)
      .default([])
      .describe("Files and folders outside the roles that the roles read."),
    noSecrets: z
      .array(absolutePath)
      .optional()
      .describe("Patterns of files (/usr/share/**) that look like secrets to the scan, and hold none."),
    ...provisionerKeys,
    packages: z
      .record(matchingText(/^[a-z0-9][a-z0-9+.-]+$/, "a package's name in lower case"), packageSchema)
      .optional()
      .describe("Packages that the roles install, by name, in exact versions."),
    holds: z
      .array(name)
      .optional()
      .describe("Applications whose container images are unpacked in the layer, for the role `contained`."),
    ...playKeys,
    machineOnly: z
      .boolean()
      .default(false)
      .describe("Left out of container images: needs a kernel of its own."),
  })
  .describe("One layer of an image.");

const run = {
  ...imageKeys,
  ...boxKeys,
  capabilities: z
    .array(capability)
    .default([])
    .describe("Linux capabilities that it keeps; all others are dropped."),
};

export const applicationSchema = z
  .strictObject({
    ...run,
    of: ofKey,
    port: portNumber
      .optional()
      .describe(
        "The port that it listens on; unique among the applications of a box, and of machines. None: a worker, which takes no requests.",
      ),
    ports: portsKey,
    ready: readyKey,
    health: urlPath.default("/healthz").describe("The path that answers `healthStatus` while it can serve."),
    healthHost: hostName
      .optional()
      .describe(
        "The host name that checks of its health ask for; default: its own name, or the box's address.",
      ),
    healthStatus: whole(200, 399, "a status from 200 to 399")
      .default(200)
      .describe("The status of a healthy answer."),
    ...publicKeys,
    uses: z.array(name).default([]).describe("Accessories whose addresses it is given."),
    volumes: volumesKey,
    ...taskKeys,
    schedules: schedulesKey,
  })
  .describe("An application: an image that listens on a port, or works without one.");

const renamedFrom = name
  .optional()
  .describe("Its name before: its data is taken over, the same volume, instead of being refused as lost.");

export const accessorySchema = z
  .strictObject({
    ...run,
    port: portNumber.describe("The port that it listens on."),
    volume: absolutePath.describe("The path of its data, on a named volume."),
    ready: z.array(z.string()).min(1).describe("Command that exits 0 in the box once it can serve."),
    ...dataKeys,
    renamedFrom,
  })
  .describe("A stateful service: never swapped by an application's change, its data protected.");

export const fleetSchema = z
  .strictObject({
    applications: z.array(name).min(1).describe("The applications on each box."),
    machine: name
      .optional()
      .describe(
        "Top layer of its machine image, which holds its applications' container images; default: their own layers.",
      ),
    init: z
      .enum(["foreground", "systemd"])
      .optional()
      .describe(
        "Default: systemd where a box has several services, or its unit says what only systemd does; the preview says why.",
      ),
    volumes: z
      .record(mountPath, devicePath)
      .optional()
      .describe("Of machine images: paths that live on volumes of their own, formatted when blank."),
    renamedFrom,
  })
  .describe("A named group of applications on equal boxes.");

const placementSchema = z
  .strictObject({
    target: z
      .enum(["containers", "instances", "beanstalk", "handover", "hosts"])
      .default("containers")
      .describe(
        "What a box is; handover: nothing runs here, the AMI is shared with the accounts of aws.share; hosts: mutable, configured.",
      ),
    boxes: count.default(1).describe("How many equal boxes."),
    stateful: z
      .boolean()
      .default(false)
      .describe("Instances that keep data: replaced one at a time, each on its volume of `instances.data`."),
    memory: size.optional().describe("Memory limit of a box."),
    cpus: bounded(0.01, 1024, "a number of processors from 0.01 to 1024")
      .optional()
      .describe("Processors that a box may use at most."),
    environment: z
      .record(variableName, scalar)
      .default({})
      .describe("Environment of its boxes, over that of its applications; ${secret:NAME} is a secret."),
    drainSeconds: wholeSeconds
      .default(30)
      .describe("Longest time that an old box has to finish its requests."),
    gate: gateSchema.describe("What new boxes must show before old ones are stopped."),
    logs: logsSchema
      .optional()
      .describe("How its boxes keep what they print, instead of `environment.logs`."),
    instances: instancesSchema.optional(),
    swap: swapSchema.optional(),
    swarm: swarmPlacementSchema.optional(),
    hosts: hostsSchema.optional(),
  })
  .describe("How a fleet runs in this environment.");

export const environmentSchema = z
  .strictObject({
    ...promotion,
    aws: awsSchema.optional(),
    machineImages: machineImagesSchema.optional(),
    fleets: z.record(name, placementSchema).describe("Each fleet that runs here."),
    applications: z
      .record(
        name,
        z.strictObject({
          environment: z
            .record(variableName, scalar)
            .default({})
            .describe("Environment of the boxes that run it, wherever that is; ${secret:NAME} is a secret."),
          published: publishedKey,
          ...environmentTaskKeys,
        }),
      )
      .default({})
      .describe("What applications need here, whatever fleet they are in."),
    accessories: z
      .record(
        name,
        z.strictObject({
          address: hostName
            .optional()
            .describe("Its host name where it runs elsewhere; then nothing is run here."),
          memory: size.optional().describe("Memory limit of its box."),
          environment: z
            .record(variableName, scalar)
            .default({})
            .describe("Environment of its box; ${secret:NAME} is a secret."),
          protect: z.boolean().default(true).describe("Refuse to destroy its volume."),
          logs: logsSchema.optional().describe("Instead of `environment.logs`."),
          update: z.boolean().default(false).describe("Take a newer image: the service is away meanwhile."),
          backup: backupSchema.optional(),
        }),
      )
      .default({})
      .describe("Each accessory that runs here."),
    volumes: placedVolumesSchema,
    edge: edgeSchema.optional(),
    logs: logsSchema.optional(),
    engines: z
      .record(name, engineSchema)
      .default({})
      .describe(
        "Machines whose Docker Engines run the containers, each all fleets and an edge, one machine after the other; default: this machine's.",
      ),
    swarm: swarmSchema.optional(),
    hosts: hostNamesSchema,
    maximumBoxAgeDays: bounded(0.01, 3650, "days from 0.01 to 3650")
      .optional()
      .describe("Boxes older than this count as drift."),
    holes: holesSchema,
    ...deploymentKeys,
    ...generatedSecretKeys,
  })
  .describe("What is particular to one environment.");

export const configurationSchema = z.strictObject({
  layers: z.record(name, layerSchema),
  applications: z.record(name, applicationSchema),
  accessories: z.record(name, accessorySchema).default({}),
  fleets: z.record(name, fleetSchema),
  environment: environmentSchema,
  registry: registrySchema.optional(),
  releases: releasesSchema.optional(),
  packages: packagesSchema.prefault({}),
  advisories: advisoriesSchema,
});

/** A configuration as it is written: what runs is named in several ways. */
export type Written = z.output<typeof configurationSchema>;

/** A configuration in which every application and accessory runs a layer: existing images are layers of their own. */
export interface Configuration extends Omit<Written, "layers" | "applications" | "accessories"> {
  layers: Record<string, LayerRecipe>;
  applications: Record<string, Application>;
  accessories: Record<string, AccessorySettings>;
}

/**
 * A layer that is made here, or (with `image`) an existing image, pinned by its digest, with the project's files at these places. `builders`: the
 * layers in whose images its packages are built, by name, each with those below it, base first.
 */
export type LayerRecipe = Written["layers"][string] & {
  image?: string;
  places?: Record<string, string>;
  builders?: Record<string, BuilderLayer[]>;
};
/** A layer that others are built in, or one below. */
export interface BuilderLayer {
  name: string;
  recipe: Written["layers"][string];
}
export type BaseSource = NonNullable<LayerRecipe["from"]>;
export type Application = Running<Written["applications"][string]>;
export type AccessorySettings = Running<Written["accessories"][string]>;
type Running<T> = Omit<T, "layer"> & { layer: string };
export type Fleet = Configuration["fleets"][string];
export type Environment = Configuration["environment"];
export type Placement = Environment["fleets"][string];
export type EdgeSettings = NonNullable<Environment["edge"]>;
