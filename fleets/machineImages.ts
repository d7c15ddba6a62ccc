import * as pulumi from "@pulumi/pulumi";
import type { MachineImageSettings } from "../config/machineImages.ts";
import type { BoxImage } from "../plan/BoxImage.ts";
import { diskInputDigest, diskInputs, type DiskInputs } from "../images/machine/inputs.ts";
import { cloudInputDigest, cloudLayers, type CloudRequest } from "../images/packer/cloud/request.ts";
import { readChain } from "../plan/inputs.ts";
import { projectRoot } from "../config/root.ts";
import type { DiskRequest } from "../images/machine/request.ts";
import { chainId } from "../plan/chain.ts";
import { checkedFor } from "../plan/checked.ts";
import type { EnvironmentPlan } from "../plan/environment/EnvironmentPlan.ts";
import type { MachineImagePlan, MachineImagesPlan } from "../plan/environment/ImagesPlan.ts";
import type { Recipes } from "../plan/recipes.ts";
import type { MachineImageArgs } from "../images/publish/machineImage.ts";
import type { MachineImageRecord } from "../images/release/release.ts";
import { bootTrialOf } from "./bootTrial.ts";

/** The configuration path of the disks' size. */
const sizeSetting = "environment.machineImages.sizeMiB";

type CloudImagePlan = MachineImagesPlan["cloud"][number];

/**
 * Builds, tries and publishes the machine images of the fleets where the environment says so.
 * @param images container images by their place.
 * @returns what a release records of each, by place.
 */
export async function publishMachineImages(
  { machineImages, images: recipes }: Pick<EnvironmentPlan, "machineImages" | "images">,
  images: ReadonlyMap<string, BoxImage>,
): Promise<Map<string, pulumi.Output<MachineImageRecord>>> {
  if (!machineImages) return new Map();
  const { settings, local, cloud } = machineImages;
  // Loaded only where it is needed: AWS's resource types take a second that development never waits for.
  const { Provider } = await import("@pulumi/aws/provider.js");
  const { MachineImage } = await import("../images/publish/machineImage.ts");
  const provider = new Provider("aws", { region: settings.region });
  const wanted = [
    ...local.map((plan) => ({ ...plan, args: machineImageArgs(plan, recipes, settings, images) })),
    ...cloud.map((plan) => ({ ...plan, args: cloudImageArgs(plan, recipes, settings) })),
  ];
  const records = wanted.map(({ fleet, chain, args }) => {
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
  { fleet, chain, volumes, held, trial }: MachineImagePlan,
  { layers }: Recipes,
  settings: MachineImageSettings,
  images: ReadonlyMap<string, BoxImage>,
): MachineImageArgs {
  const inputs = diskInputs(chain, layers, { sizeMiB: settings.sizeMiB, volumes });
  const request = diskRequest(fleet, inputs, images);
  const tried = heldImages(held, images).apply((ids) => bootTrialOf(trial, ids));
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
    ...(settings.bootTest && { bootTest: command("boot", tried) }),
    ...placeArgs(settings),
  };
}

/** The image of layers that instances build: known by what it is made from, tried by nobody before AWS has it. */
function cloudImageArgs(
  { fleet, chain }: CloudImagePlan,
  recipes: Recipes,
  settings: MachineImageSettings,
): MachineImageArgs {
  const { region, sizeMiB, encrypted, encryptionKey } = settings;
  const cloud = checkedFor(settings.cloud, "environment.machineImages.cloud");
  // Such layers hold no applications: the configuration refuses it.
  const read = readChain(projectRoot, recipes, chain).map((inputs, index) => ({
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
  const built = places.map((place) =>
    checkedFor(images.get(place), `an image of ${place}`).image.apply((id) => ({ place, image: id })),
  );
  return pulumi
    .all(built)
    .apply((known) => ({ name: fleet, images: known, baseImages, sizeMiB, volumes, setting: sizeSetting }));
}

/** Image ids of the container images that a machine image holds, from their places, by application. */
function heldImages(
  held: Readonly<Record<string, string>>,
  images: ReadonlyMap<string, BoxImage>,
): pulumi.Output<Record<string, string>> {
  const found = Object.entries(held).map(
    ([name, place]) => [name, checkedFor(images.get(place), `an image of ${place}`).image] as const,
  );
  return pulumi.all(Object.fromEntries(found));
}

function copiesOf({ copies }: MachineImageSettings): NonNullable<MachineImageArgs["copies"]> {
  return Object.fromEntries(
    Object.entries(copies).map(([region, { encryptionKey }]) => [
      region,
      encryptionKey === undefined ? {} : { kmsKeyArn: encryptionKey },
    ]),
  );
}
