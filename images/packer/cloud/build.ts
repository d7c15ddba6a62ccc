import { EC2Client, paginateDescribeImages, type Image } from "@aws-sdk/client-ec2";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { cacheFolder } from "../../../work/cache.ts";
import { withLock } from "../../../work/lock.ts";
import { BuildLog } from "../../../work/log.ts";
import { sourceDateEpochSeconds } from "../../../plan/epoch.ts";
import { layerPackages } from "../../packages/archive.ts";
import { packageFiles } from "../../../plan/packages.ts";
import { rolesPlay } from "../../../plan/play.ts";
import { encryptionLabel } from "../../publish/snapshot/identity.ts";
import { tagKeys } from "../../publish/snapshot/snapshotTags.ts";
import { artifactId, runPacker } from "../run.ts";
import { amiIds, cloudPackerCommand, cloudVariables, type CloudBuild } from "./command.ts";
import { cloudDiskDigest, cloudInputDigest, type CloudLayer, type CloudRequest } from "./request.ts";

/** The tag by which the AMI of a layer is found again. */
const layerTag = "immutable-fleets:layer-digest";

/**
 * Builds the layers of a machine image in the cloud, base first, each as an AMI on the one below; those that are there are found
 * by their digests. The snapshot of the last one has the tags of a published disk, by which it is found from then on.
 * @returns the id of the last layer's AMI.
 */
export async function buildInCloud(request: CloudRequest, root: string): Promise<string> {
  const { region, endpoint } = request;
  const ec2 = new EC2Client({ region, ...(endpoint !== undefined && { endpoint }) });
  try {
    let below = request.settings.sourceAmi;
    for (const layer of request.layers) below = await buildLayer(layer, below, request, root, ec2);
    return below;
  } finally {
    ec2.destroy();
  }
}

async function buildLayer(
  layer: CloudLayer,
  below: string,
  request: CloudRequest,
  root: string,
  ec2: EC2Client,
): Promise<string> {
  const log = new BuildLog(`${layer.place}-cloud`, layer.digest);
  const waiting = () => {
    log.step("waits for another build of the same layer");
  };
  return withLock(`cloud-${layer.digest}`, waiting, async () => {
    const found = await findAmi(ec2, layer.digest, encryptionLabel(request.encrypted, request.kmsKeyArn));
    if (found?.ImageId !== undefined) {
      log.step(`found ${found.ImageId}`);
      return found.ImageId;
    }
    const made = await applyOnInstance(layer, below, request, root, log);
    log.step(`built ${made}`);
    return made;
  });
}

async function findAmi(client: EC2Client, digest: string, encryption: string): Promise<Image | undefined> {
  const Filters = [
    { Name: `tag:${layerTag}`, Values: [digest] },
    { Name: `tag:${tagKeys.encryption}`, Values: [encryption] },
    { Name: "state", Values: ["available"] },
  ];
  const found: Image[] = [];
  for await (const { Images = [] } of paginateDescribeImages({ client }, { Owners: ["self"], Filters }))
    found.push(...Images);
  return found.sort((a, b) => (a.CreationDate ?? "").localeCompare(b.CreationDate ?? ""))[0];
}

async function applyOnInstance(
  layer: CloudLayer,
  below: string,
  request: CloudRequest,
  root: string,
  log: BuildLog,
): Promise<string> {
  const work = path.join(cacheFolder("work"), `cloud-${layer.digest}`);
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { mode: 0o700 });
  try {
    const inputs = { ...layer.inputs, files: packageFiles(root, layer.inputs) };
    const packages = await layerPackages(inputs, {}, root, work, sourceDateEpochSeconds);
    const { roles, variables: own } = layer.inputs;
    const play = path.join(work, "play.yml");
    writeFileSync(play, rolesPlay(roles));
    const extra = { ...own, ...packages, fleet_roles: roles, fleet_play: play };
    writeFileSync(path.join(work, "variables.json"), JSON.stringify(extra));
    const variables = cloudVariables(cloudBuild(layer, below, request), root, work);
    writeFileSync(path.join(work, "packer.pkrvars.json"), JSON.stringify(variables));
    log.step(`packer applies ${roles.join(", ")} on an instance of ${below}`);
    await runPacker(log, cloudPackerCommand(root, work), { root, work }).catch(withoutPlugin);
    const ami = amiIds(artifactId(path.join(work, "manifest.json")))[request.region];
    if (ami === undefined)
      throw new Error(`${layer.place}: expected an AMI in ${request.region}, got none; see ${log.file}`);
    return ami;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The plugin is no part of the tool chain that everybody needs. */
function withoutPlugin(error: unknown): never {
  if (!(error instanceof Error) || !/missing plugins/i.test(error.message)) throw error;
  const message =
    "builder: cloud: expected Packer's amazon plugin, got none; install it by toolchain/setup amazon";
  throw new Error(message, { cause: error });
}

/** The build of one layer; the last one's snapshot is tagged as a published disk is. */
export function cloudBuild(layer: CloudLayer, below: string, request: CloudRequest): CloudBuild {
  const { name, region, encrypted, kmsKeyArn, sizeMiB, settings } = request;
  const { user, instanceType, subnet, securityGroup, address, keyPair } = settings;
  const isLast = layer.place === request.layers.at(-1)?.place;
  return {
    name: `${name}-${layer.digest.slice(0, 12)}`,
    region,
    sourceAmi: below,
    inputDigest: isLast ? cloudInputDigest(request) : layer.digest,
    instanceType,
    sshUsername: user,
    volumeGiB: Math.ceil(sizeMiB / 1024),
    encrypted,
    ...(subnet !== undefined && { subnetId: subnet }),
    ...(securityGroup !== undefined && { securityGroupId: securityGroup }),
    ...(address !== undefined && { sshHost: address }),
    ...(keyPair && { keyPair }),
    ...(kmsKeyArn !== undefined && { kmsKeyArn }),
    tags: {
      [layerTag]: layer.digest,
      [tagKeys.encryption]: encryptionLabel(encrypted, kmsKeyArn),
      ...(isLast && { [tagKeys.diskDigest]: cloudDiskDigest(request) }),
    },
  };
}
