import type * as pulumi from "@pulumi/pulumi";
import type { CanarySettings } from "../../config/swap.ts";
import { canonicalJson } from "../../plan/digest.ts";
import type { InstanceFleetPlan } from "../../plan/environment/FleetPlan.ts";
import { secretValues } from "../../plan/glue/told.ts";
import { groupName } from "../aws/names.ts";
import { parameterValues } from "../target/parameters.ts";
import { zonesOf } from "../aws/zones.ts";
import { bootSettings } from "./bootSettings.ts";
import { BoxRole } from "./BoxRole.ts";
import { Canary } from "./canary/Canary.ts";
import { OwnTargets } from "./canary/OwnTargets.ts";
import { InstanceFleet, type InstanceFleetArgs } from "./InstanceFleet.ts";
import { liveBoxes } from "./liveBoxes.ts";
import { StatefulFleet, type StatefulFleetArgs } from "./StatefulFleet.ts";
import type { InstanceSurroundings } from "./surroundings.ts";
import { userData } from "./userData.ts";

/** A fleet of instances that runs. */
export interface RunningInstances {
  /** The group of boxes; their ids where they keep data. */
  group: pulumi.Output<string | string[]>;
  ami: pulumi.Output<string>;
  /** Known once all boxes are in service, and have all requests. */
  proved: pulumi.Output<unknown>;
  /** What must have succeeded for that. */
  parts: pulumi.Resource[];
}

/** Runs one fleet from its machine image. */
export function runFleet(plan: InstanceFleetPlan, around: InstanceSurroundings): RunningInstances {
  const { name, data, swap, drainSeconds, renamedFrom } = plan;
  const { account, balancers } = around;
  const { region } = account.aws;
  const role = roleOf(plan, around);
  const image = account.image(plan.chain);
  const { diskDigest } = image.record;
  const boxes = {
    ...sizeOf(plan),
    ...placeOf(name, around),
    fleet: name,
    groupName: groupName(name, diskDigest, specification(plan, region, role)),
    ami: account.amiFor(image, name, plan.instances.type),
    diskDigest,
    dependsOn: [...balancers.listeners, ...role.ready],
  };
  const boot = balancers.internalHost.apply((host) => bootSettings(plan, region, role.parameters, host));
  if (data) return runStateful({ ...boxes, data, boot, profileName: role.profileName, renamedFrom }, around);
  const { profile } = role;
  const args = { ...boxes, profile, userData: boot.apply(userData), live: liveBoxes(name, account.provider) };
  return swap ? runWithCanary(args, swap, drainSeconds, around) : runAll(args, around);
}

function runAll(args: InstanceFleetArgs, { account, opts }: InstanceSurroundings): RunningInstances {
  return alone(new InstanceFleet({ ...args, alarms: account.aws.alarms }, opts));
}

function runStateful(args: Omit<StatefulFleetArgs, "zones">, around: InstanceSurroundings): RunningInstances {
  const { account, network, opts } = around;
  const zones = zonesOf(account.aws, network, account.provider);
  return alone(new StatefulFleet({ ...args, zones }, opts));
}

function alone(fleet: InstanceFleet | StatefulFleet): RunningInstances {
  const { group, ami, proved } = fleet;
  return { group, ami, proved, parts: [fleet] };
}

function runWithCanary(
  args: InstanceFleetArgs,
  settings: CanarySettings,
  drainSeconds: number,
  around: InstanceSurroundings,
): RunningInstances {
  const { network, opts } = around;
  const { fleet, groupName, region, entries, dependsOn } = args;
  const targets = new OwnTargets({ groupName, entries, vpc: network.vpc, drainSeconds }, opts);
  const own = { targetGroups: targets.groups, dependsOn: [...dependsOn, ...targets.rules] };
  const { group, ami, proved, parts } = runAll({ ...args, ...own }, around);
  const canary = new Canary({ fleet, region, groupName, targets, settings, proved }, opts);
  return { group, ami, proved: canary.proved, parts: [...parts, canary] };
}

function roleOf(
  { name, told }: InstanceFleetPlan,
  { account, secrets, opts }: InstanceSurroundings,
): BoxRole {
  const secret = parameterValues(name, secretValues(told), secrets);
  const { region, encryptionKey } = account.aws;
  return new BoxRole(`${name}-box`, { fleet: name, region, secrets: secret, encryptionKey }, opts);
}

/** All that makes a box what it is besides its disk, as far as it is known beforehand. */
function specification(plan: InstanceFleetPlan, region: string, role: BoxRole): string {
  const { instances, swap } = plan;
  const described = userData(bootSettings(plan, region, role.parameters));
  const { type, volume, volumes, data } = instances;
  // When its volumes' snapshots are made, and who may destroy them, is no part of a box.
  const kept = data && { path: data.path, size: data.size, protect: true };
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

function sizeOf({ instances, gate, boxes }: InstanceFleetPlan) {
  return { settings: instances, steadySeconds: gate.steadySeconds, boxes };
}

function placeOf(name: string, { account, network, groups, balancers }: InstanceSurroundings) {
  const { region, encryptionKey } = account.aws;
  const entries = balancers.entries(name);
  return {
    region,
    encryptionKey,
    subnets: network.privateSubnets,
    securityGroup: groups.id(`fleet-${name}`),
    entries,
    targetGroups: entries.map(({ targetGroup }) => targetGroup),
  };
}
