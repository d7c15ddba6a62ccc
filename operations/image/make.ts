import { projectRoot } from "../../config/root.ts";
import { readConfigurationFiles } from "../../config/read/readFiles.ts";
import { ConfigurationError, suggest } from "../../config/problem.ts";
import type { Configuration } from "../../config/schema.ts";
import { bootTrialOf } from "../../fleets/bootTrial.ts";
import { machineImagePlan } from "../../plan/environment/machineImages.ts";
import type { MachineImagePlan } from "../../plan/environment/ImagesPlan.ts";
import { recipesOf } from "../../plan/recipes.ts";
import { buildChain, buildHeld, type BuiltImage } from "../../images/layer/buildChain.ts";
import { convertDisk, type QemuFormat, type MachineKind } from "../../images/disk/index.ts";
import { bootDisk } from "../../images/machine/bootDisk.ts";
import { buildDisks, type Say } from "../../images/machine/buildDisks.ts";
import { diskInputDigest, diskInputs, type DiskInputs } from "../../images/machine/inputs.ts";
import { BootTestFailed } from "../../images/publish/runRequest.ts";
import type { ImageCommand, ImageProgress } from "./request.ts";
import { publishAmi, type AmiPlace } from "./publishAmi.ts";
import { messageOf } from "../../work/message.ts";

const defaultSizeMiB = 2048;

/**
 * Builds the machine image of a fleet, tries it, and makes of it what is asked.
 * @returns what was made: the path of a file, or the id of an AMI.
 * @throws BootTestFailed before anything is made.
 */
export async function makeImage(command: ImageCommand, making: ImageProgress): Promise<string> {
  const { fleet, format, output } = command;
  const configuration = readConfigurationFiles(projectRoot, command.stack);
  refuseUnknown(fleet, configuration);
  const place = format === "ami" ? amiPlace(command, configuration) : undefined;
  const plan = machineImagePlan(configuration, fleet);
  const recipes = recipesOf(configuration);
  const inputs = inputsOf(command, plan, configuration);
  const images = await buildChain(plan.chain, recipes, projectRoot);
  const { baseImages, sizeMiB, volumes } = inputs;
  const request = { name: fleet, images, baseImages, sizeMiB, volumes, setting: "--size in MiB" };
  const disks = await buildDisks(request, making.say);
  const top = disks.at(-1);
  if (!top) throw new Error(`${fleet}: expected a disk, got none; report this`);
  const trial = async (disk: string, written: QemuFormat): Promise<void> => {
    if (!command.bootTest) return;
    const held = await buildHeld(Object.keys(plan.held), recipes, projectRoot);
    const tried = { name: fleet, disk, format: written, digest: top.digest };
    await tryDisk(tried, bootTrialOf(plan.trial, held), making.say);
  };
  if (place) {
    await trial(top.disk, "raw");
    return publishAmi(fleet, disks, inputDigestOf(inputs, images), place, making);
  }
  making.say(`writes ${output}`);
  await convertDisk({
    disk: top.disk,
    format: format === "ami" ? "raw" : format,
    output,
    name: fleet,
    trial,
  });
  return output;
}

function refuseUnknown(fleet: string, { fleets }: Configuration): void {
  const known = Object.keys(fleets);
  if (known.includes(fleet)) return;
  throw new ConfigurationError([
    { path: "FLEET", expected: "a fleet of Pulumi.yaml", got: fleet, fix: suggest(fleet, known) },
  ]);
}

function inputsOf(
  { sizeMiB }: ImageCommand,
  { chain, volumes }: MachineImagePlan,
  { environment, layers }: Configuration,
): DiskInputs {
  const size = sizeMiB ?? environment.machineImages?.sizeMiB ?? defaultSizeMiB;
  return diskInputs(chain, layers, { sizeMiB: size, volumes });
}

function inputDigestOf(inputs: DiskInputs, images: readonly BuiltImage[]): string {
  return diskInputDigest(inputs, images.at(-1)?.image ?? "");
}

/** A vmdk is tried on VMware's devices, every other disk on those of EC2. */
async function tryDisk(
  disk: { name: string; disk: string; format: QemuFormat; digest: string },
  trial: ReturnType<typeof bootTrialOf>,
  say: Say,
): Promise<void> {
  const machine: MachineKind = disk.format === "vmdk" ? "vmware" : "ec2";
  try {
    await bootDisk({ ...disk, machine, ...trial }, say);
  } catch (error) {
    throw new BootTestFailed(messageOf(error), { cause: error });
  }
}

function amiPlace({ region }: ImageCommand, { environment }: Configuration): AmiPlace {
  const { machineImages: settings } = environment;
  const where = region ?? settings?.region ?? process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"];
  if (where === undefined || where === "")
    throw new ConfigurationError([
      { path: "--region", expected: "an AWS region", got: "nothing", fix: "give it, or set AWS_REGION" },
    ]);
  return { region: where, settings };
}
