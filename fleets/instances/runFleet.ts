import type * as pulumi from "@pulumi/pulumi";
import type { SwapSettings } from "../../config/instances.ts";
import type { Placement } from "../../config/schema.ts";
import { canonicalJson } from "../../plan/digest.ts";
import type { MachineImageRecord } from "../../images/release/release.ts";
import { BoxRole } from "./BoxRole.ts";
import { bootSettings, filledIn, split } from "./bootSettings.ts";
import { Canary } from "./canary/Canary.ts";
import { OwnTargets } from "./canary/OwnTargets.ts";
import { defaultInstances } from "../aws/defaults.ts";
import { InstanceFleet, type InstanceFleetArgs } from "./InstanceFleet.ts";
import { liveBoxes } from "./liveBoxes.ts";
import { groupName } from "../aws/names.ts";
import { releasedAmi } from "./releasedAmi.ts";
import { StatefulFleet, type StatefulFleetArgs } from "./StatefulFleet.ts";
import type { Surroundings } from "./surroundings.ts";
import { userData } from "./userData.ts";
import { zonesOf } from "../aws/zones.ts";

/** A fleet of instances that runs. */
export interface RunningFleet {
  /** The group of boxes; their ids where they keep data. */
  group: pulumi.Output<string | string[]>;
  ami: pulumi.Output<string>;
  /** Known once all boxes are in service, and have all requests. */
  proved: pulumi.Output<unknown>;
  /** What must have succeeded for that. */
  parts: pulumi.Resource[];
}

/** Runs one fleet from its machine image. */
export function runFleet(
  name: string,
  place: string,
  image: MachineImageRecord,
  around: Surroundings,
): RunningFleet {
  const placement = around.configuration.environment.fleets[name];
  if (!placement) throw new Error(`expected a placement of the fleet ${name}, got none`);
  const role = roleOf(name, around);
  const group = groupName(name, image.diskDigest, specification(name, placement, role, around));
  const boxes = {
    ...sizeOf(placement),
    ...placeOf(name, around),
    fleet: name,
    groupName: group,
    ami: around.proofs.ami(place, image, releasedAmi(place, image, around.aws.region, around)),
    diskDigest: image.diskDigest,
    dependsOn: [...around.balancers.listeners, ...role.ready],
  };
  const boot = around.balancers.internalHost.apply((host) =>
    bootSettings(around.configuration, name, role.parameters, host),
  );
  const data = placement.stateful ? placement.instances?.data : undefined;
  if (data) return runStateful({ ...boxes, data, boot, profileName: role.profileName }, around);
  const { profile } = role;
  const args = { ...boxes, profile, userData: boot.apply(userData), live: liveBoxes(name, around.provider) };
  return placement.swap ? runWithCanary(args, placement.swap, placement, around) : runAll(args, around);
}

function runAll(args: InstanceFleetArgs, { aws, opts }: Surroundings): RunningFleet {
  return alone(new InstanceFleet({ ...args, alarms: aws.alarms }, opts));
}

function runStateful(args: Omit<StatefulFleetArgs, "zones">, around: Surroundings): RunningFleet {
  const { aws, network, provider, opts } = around;
  return alone(new StatefulFleet({ ...args, zones: zonesOf(aws, network, provider) }, opts));
}

function alone(fleet: InstanceFleet | StatefulFleet): RunningFleet {
  const { group, ami, proved } = fleet;
  return { group, ami, proved, parts: [fleet] };
}

function runWithCanary(
  args: InstanceFleetArgs,
  settings: SwapSettings,
  { drainSeconds }: Placement,
  around: Surroundings,
): RunningFleet {
  const { network, opts } = around;
  const { fleet, groupName, region, entries, dependsOn } = args;
  const targets = new OwnTargets({ groupName, entries, vpc: network.vpc, drainSeconds }, opts);
  const own = { targetGroups: targets.groups, dependsOn: [...dependsOn, ...targets.rules] };
  const { group, ami, proved, parts } = runAll({ ...args, ...own }, around);
  const canary = new Canary({ fleet, region, groupName, targets, settings, proved }, opts);
  return { group, ami, proved: canary.proved, parts: [...parts, canary] };
}

function roleOf(name: string, { configuration, aws, secrets, opts }: Surroundings): BoxRole {
  const secret = filledIn(split(configuration, name).secret, secrets);
  return new BoxRole(`${name}-box`, { fleet: name, secrets: secret, encryptionKey: aws.encryptionKey }, opts);
}

/** All that makes a box what it is besides its disk, as far as it is known beforehand. */
function specification(
  name: string,
  { instances = defaultInstances, swap }: Placement,
  role: BoxRole,
  { configuration }: Surroundings,
): string {
  const described = userData(bootSettings(configuration, name, role.parameters));
  const { type, volume, volumes, data } = instances;
  // When its volumes' snapshots are made is no part of a box.
  const kept = data && { path: data.path, size: data.size, protect: data.protect };
  // With a canary, a group of boxes has target groups of its own.
  return canonicalJson({
    described,
    type,
    volume,
    ...(volumes && { volumes }),
    ...(swap && { canary: true }),
    ...(kept && { data: kept }),
  });
}

function sizeOf({ instances = defaultInstances, gate, boxes }: Placement) {
  return { settings: instances, steadySeconds: gate.steadySeconds, boxes };
}

function placeOf(name: string, { aws, network, groups, balancers }: Surroundings) {
  const entries = balancers.entries(name);
  return {
    region: aws.region,
    encryptionKey: aws.encryptionKey,
    subnets: network.privateSubnets,
    securityGroup: groups.id(`fleet-${name}`),
    entries,
    targetGroups: entries.map(({ targetGroup }) => targetGroup),
  };
}
