import * as pulumi from "@pulumi/pulumi";
import type { MachineImageSettings } from "../config/machineImages.ts";
import type { Configuration } from "../config/schema.ts";
import type { BoxImage } from "../plan/BoxImage.ts";
import { diskInputDigest, diskInputs, type DiskInputs } from "../images/machine/inputs.ts";
import { cloudInputDigest, cloudLayers, type CloudRequest } from "../images/packer/cloud/request.ts";
import { readChain } from "../plan/inputs.ts";
import { projectRoot } from "../config/root.ts";
import type { DiskRequest } from "../images/machine/request.ts";
import { applicationChain, chainId } from "../plan/chain.ts";
import type { MachineImageArgs } from "../images/publish/machineImage.ts";
import type { MachineImageRecord } from "../images/release/release.ts";
import { bootTrialOf } from "./bootTrial.ts";
import { heldApplications, type Chains } from "../plan/chains.ts";

/** The configuration path of the disks' size. */
const sizeSetting = "environment.machineImages.sizeMiB";

/**
 * Builds, tries and publishes the machine images of the fleets where the environment says so.
 * @returns what a release records of each, by place.
 */
export async function publishMachineImages(
  configuration: Configuration,
  chains: Chains,
  images: ReadonlyMap<string, BoxImage>,
): Promise<Map<string, pulumi.Output<MachineImageRecord>>> {
  const settings = configuration.environment.machineImages;
  if (!settings) return new Map();
  // Loaded only where it is needed: AWS's resource types take a second that development never waits for.
  const { Provider } = await import("@pulumi/aws/provider.js");
  const { MachineImage } = await import("../images/publish/machineImage.ts");
  const provider = new Provider("aws", { region: settings.region });
  const wanted = [
    ...Object.entries(chains.machineImages).map(
      ([fleet, chain]) =>
        [fleet, chain, machineImageArgs(fleet, chain, configuration, settings, images)] as const,
    ),
    ...Object.entries(chains.cloudImages).map(
      ([fleet, chain]) => [fleet, chain, cloudImageArgs(fleet, chain, configuration, settings)] as const,
    ),
  ];
  const records = wanted.map(([fleet, chain, args]) => {
    const made = new MachineImage(fleet, args, { providers: { aws: provider } });
    const { inputDigest } = args;
    const { diskDigest, snapshotIds, amiIds } = made;
    const record = pulumi
      .all([diskDigest, inputDigest, snapshotIds, amiIds])
      .apply(([disk, inputs, snapshots, amis]) => ({
        diskDigest: disk,
        inputDigest: inputs,
        snapshots,
        amis,
      }));
    return [chainId(chain), record] as const;
  });
  return new Map(records);
}

function machineImageArgs(
  fleet: string,
  chain: readonly string[],
  configuration: Configuration,
  settings: MachineImageSettings,
  images: ReadonlyMap<string, BoxImage>,
): MachineImageArgs {
  const { sizeMiB } = settings;
  const volumes = configuration.fleets[fleet]?.volumes;
  const inputs = diskInputs(chain, configuration.layers, { sizeMiB, volumes });
  const request = diskRequest(fleet, inputs, images);
  const trial = heldImages(chain, configuration, images).apply((held) =>
    bootTrialOf(configuration, fleet, held),
  );
  const command = (name: string, more: pulumi.Input<object> = {}) => [
    "node",
    "images/machine/main.ts",
    name,
    pulumi.all([request, more]).apply(([known, added]) => JSON.stringify({ ...known, ...added })),
  ];
  return {
    inputDigest: request.apply((known) => diskInputDigest(inputs, known.images.at(-1)?.image ?? "")),
    inputs: { ...inputs },
    build: command("build"),
    ...(settings.bootTest && { bootTest: command("boot", trial) }),
    ...placeArgs(settings),
  };
}

/** The image of layers that instances build: known by what it is made from, tried by nobody before AWS has it. */
function cloudImageArgs(
  fleet: string,
  chain: readonly string[],
  configuration: Configuration,
  settings: MachineImageSettings,
): MachineImageArgs {
  const { region, sizeMiB, encrypted, encryptionKey, cloud } = settings;
  if (!cloud) throw new Error("environment.machineImages.cloud: expected beside builder: cloud, got nothing");
  // Such layers hold no applications: the configuration refuses it.
  const read = readChain(projectRoot, configuration, chain).map((inputs, index) => ({
    place: chainId(chain.slice(0, index + 1)),
    inputs,
  }));
  const endpoint = process.env["AWS_ENDPOINT_URL"];
  const request: CloudRequest = {
    ...{ name: fleet, region, encrypted, sizeMiB, settings: cloud },
    ...(endpoint !== undefined && { endpoint }),
    ...(encryptionKey !== undefined && { kmsKeyArn: encryptionKey }),
    layers: cloudLayers(read, cloud.sourceAmi),
  };
  const places = request.layers.map(({ place }) => place);
  const inputs: DiskInputs = {
    ...{ places, baseImages: 0, sizeMiB, volumes: {} },
    tools: { disk: `cloud, on ${cloud.sourceAmi}` },
  };
  return {
    inputDigest: cloudInputDigest(request),
    inputs: { ...inputs },
    build: ["node", "images/packer/cloud/main.ts", JSON.stringify(request)],
    builtInCloud: true,
    ...placeArgs(settings),
  };
}

/** Where an image is published, and to whom. */
function placeArgs(settings: MachineImageSettings) {
  const { region, encryptionKey, accounts, encrypted, deprecateAfterDays } = settings;
  return {
    region,
    encrypted,
    ...(encryptionKey !== undefined && { kmsKeyArn: encryptionKey }),
    accounts,
    copies: copiesOf(settings),
    ...(deprecateAfterDays !== undefined && { deprecateAfterDays }),
    keepSnapshot: settings.keepSnapshots,
  };
}

function diskRequest(
  fleet: string,
  { places, baseImages, sizeMiB, volumes }: DiskInputs,
  images: ReadonlyMap<string, BoxImage>,
): pulumi.Output<DiskRequest> {
  const built = places.map((place) => {
    const image = images.get(place)?.image;
    if (!image) throw new Error(`expected an image of ${place}, got none`);
    return image.apply((id) => ({ place, image: id }));
  });
  return pulumi
    .all(built)
    .apply((known) => ({ name: fleet, images: known, baseImages, sizeMiB, volumes, setting: sizeSetting }));
}

/** Image ids of the container images that a chain's layers hold, by application. */
function heldImages(
  chain: readonly string[],
  configuration: Configuration,
  images: ReadonlyMap<string, BoxImage>,
): pulumi.Output<Record<string, string>> {
  const held = heldApplications(configuration, chain).flatMap((name) => {
    const image = images.get(chainId(applicationChain(configuration, name)))?.image;
    return image ? [[name, image] as const] : [];
  });
  return pulumi.all(Object.fromEntries(held));
}

function copiesOf({ copies }: MachineImageSettings): NonNullable<MachineImageArgs["copies"]> {
  return Object.fromEntries(
    Object.entries(copies).map(([region, { encryptionKey }]) => [
      region,
      encryptionKey === undefined ? {} : { kmsKeyArn: encryptionKey },
    ]),
  );
}
