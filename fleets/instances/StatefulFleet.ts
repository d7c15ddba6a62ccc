import { Snapshot } from "@pulumi/aws/ebs/snapshot.js";
import { Volume } from "@pulumi/aws/ebs/volume.js";
import { Instance } from "@pulumi/aws/ec2/instance.js";
import { VolumeAttachment } from "@pulumi/aws/ec2/volumeAttachment.js";
import { TargetGroupAttachment } from "@pulumi/aws/lb/targetGroupAttachment.js";
import * as pulumi from "@pulumi/pulumi";
import type { DataSettings } from "../../config/instances.ts";
import { statefulBox, statefulVolume, statefulZone } from "../../plan/data/volumeNames.ts";
import { boxTags, type FleetBoxesArgs } from "./boxes.ts";
import { DataSnapshots, snapshotsOf, snapshotsTag } from "./DataSnapshots.ts";
import { InstanceGate } from "./InstanceGate.ts";
import { volumeGigabytes } from "./volumeSize.ts";
import type { BootSettings } from "./userData.ts";
import { userData } from "./userData.ts";

export interface StatefulFleetArgs extends FleetBoxesArgs {
  data: DataSettings;
  /** Availability zones of the subnets, in the same order. */
  zones: pulumi.Input<string>[];
  boot: pulumi.Output<BootSettings>;
  /** Name of the boxes' instance profile. */
  profileName: pulumi.Input<string>;
  /** The fleet's name before: what the state has by that name is taken over, the volumes as they are. */
  renamedFrom?: string | undefined;
}

/** A box that is there, and known to be well. */
interface Box {
  id: pulumi.Output<string>;
  gate: InstanceGate;
}

/**
 * Instances that keep data: each has a volume of its own, which outlives it. Two boxes must never write the same data, so a
 * changed image ends a box before its successor begins; one box at a time, after a snapshot, and the next one only when this
 * one is healthy.
 */
export class StatefulFleet extends pulumi.ComponentResource {
  readonly group: pulumi.Output<string[]>;
  readonly ami: pulumi.Output<string>;
  /** Known once all boxes are in service. */
  readonly proved: pulumi.Output<unknown>;

  constructor(args: StatefulFleetArgs, opts?: pulumi.ComponentResourceOptions) {
    // Its parts are taken over with it: their names begin with its own.
    const aliases = args.renamedFrom === undefined ? [] : [{ name: args.renamedFrom }];
    super("fleet:index:StatefulFleet", args.fleet, {}, { ...opts, aliases });
    const boxes: Box[] = [];
    const { snapshots } = args.data;
    if (snapshots) new DataSnapshots(args.fleet, args.region, snapshots, { parent: this });
    for (let index = 0; index < args.boxes; index++) boxes.push(this.#box(args, index, boxes.at(-1)));
    this.group = pulumi.all(boxes.map(({ id }) => id));
    this.ami = pulumi.output(args.ami);
    this.proved = pulumi.all(boxes.map(({ gate }) => gate.stdout));
    this.registerOutputs({ group: this.group, ami: this.ami });
  }

  #box(args: StatefulFleetArgs, index: number, before: Box | undefined): Box {
    const name = statefulBox(args.fleet, index + 1);
    const volume = this.#volume(args, index);
    const snapshot = this.#snapshot(name, volume, args);
    const waitsFor = [snapshot, ...(before ? [before.gate] : []), ...args.dependsOn];
    const instance = this.#instance(name, args, index, volume, waitsFor);
    const attachment = new VolumeAttachment(
      name,
      {
        deviceName: "/dev/sdf",
        volumeId: volume.id,
        instanceId: instance.id,
        // What a box has not yet written is written when it stops.
        stopInstanceBeforeDetaching: true,
      },
      { parent: this, deleteBeforeReplace: true },
    );
    const targets = args.targetGroups.map(
      ({ arn }, nth) =>
        new TargetGroupAttachment(
          `${name}-${args.entries[nth]?.name ?? nth}`,
          { targetGroupArn: arn, targetId: instance.id },
          // No request before the data is there, and none after it has gone.
          { parent: this, dependsOn: [attachment], deleteBeforeReplace: true },
        ),
    );
    return { id: instance.id, gate: this.#gate(name, args, instance, targets) };
  }

  #volume({ data, zones, encryptionKey, fleet }: StatefulFleetArgs, index: number) {
    const name = statefulVolume(fleet, index + 1);
    const availabilityZone = statefulZone(zones, index + 1) ?? "";
    return new Volume(
      name,
      {
        availabilityZone,
        size: volumeGigabytes(data.size),
        type: "gp3",
        encrypted: true,
        ...(encryptionKey !== undefined && { kmsKeyId: encryptionKey }),
        tags: {
          Name: name,
          "immutable-fleets:fleet": fleet,
          "immutable-fleets:data": name,
          ...(data.snapshots && { [snapshotsTag]: snapshotsOf(fleet) }),
        },
      },
      { parent: this, protect: data.protect },
    );
  }

  /** The data as it is before a box of another image gets it. Snapshots are kept. */
  #snapshot(name: string, volume: Volume, { groupName }: StatefulFleetArgs): Snapshot {
    const tags = { Name: `${name} before ${groupName}`, "immutable-fleets:data": `${name}-data` };
    return new Snapshot(
      `${name}-before-${groupName}`,
      { volumeId: volume.id, tags },
      { parent: this, retainOnDelete: true },
    );
  }

  #instance(
    name: string,
    args: StatefulFleetArgs,
    index: number,
    volume: Volume,
    dependsOn: pulumi.Resource[],
  ): Instance {
    const { settings, subnets, encryptionKey } = args;
    return new Instance(
      name,
      {
        ami: args.ami,
        instanceType: settings.type,
        subnetId: subnets[index % subnets.length] ?? "",
        vpcSecurityGroupIds: [args.securityGroup],
        associatePublicIpAddress: false,
        iamInstanceProfile: args.profileName,
        userDataBase64: this.#userData(args, volume),
        userDataReplaceOnChange: true,
        metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
        rootBlockDevice: {
          volumeType: "gp3",
          volumeSize: volumeGigabytes(settings.volume),
          encrypted: true,
          deleteOnTermination: true,
          ...(encryptionKey !== undefined && { kmsKeyId: encryptionKey }),
        },
        tags: { ...boxTags(args), "immutable-fleets:group": boxGroup(args, name) },
      },
      {
        parent: this,
        dependsOn,
        deleteBeforeReplace: true,
        // Fixed when a box is made; another specification makes another box by its user data.
        ignoreChanges: ["associatePublicIpAddress", "rootBlockDevice"],
      },
    );
  }

  /** The box finds its volume by id, whatever name its kernel gives to the device. */
  #userData({ boot, data, groupName }: StatefulFleetArgs, volume: Volume): pulumi.Output<string> {
    return pulumi.all([boot, volume.id]).apply(([settings, id]) => {
      const device = `/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${id.replace("-", "")}`;
      const environment = {
        ...settings.environment,
        FLEET_GROUP: groupName,
        FLEET_VOLUMES: `${data.path}=${device}`,
      };
      return Buffer.from(userData({ ...settings, environment })).toString("base64");
    });
  }

  #gate(
    name: string,
    args: StatefulFleetArgs,
    instance: Instance,
    targets: TargetGroupAttachment[],
  ): InstanceGate {
    const { fleet, region, steadySeconds, settings, targetGroups } = args;
    return new InstanceGate(
      boxGroup(args, name),
      {
        fleet,
        region,
        group: boxGroup(args, name),
        boxes: 1,
        targetGroups: targetGroups.map(({ arn }) => arn),
        timeoutSeconds: settings.startMinutes * 60,
        steadySeconds,
        arn: instance.id,
      },
      { parent: this, dependsOn: targets },
    );
  }
}

/** Value of the tag by which the gate knows one box. */
function boxGroup({ groupName }: StatefulFleetArgs, name: string): string {
  return `${groupName}-${name.replace(/^.*-/, "")}`;
}
