import type { TargetGroup } from "@pulumi/aws/lb/targetGroup.js";
import * as pulumi from "@pulumi/pulumi";
import { stackLabel } from "../box/stackLabel.ts";
import type { InstanceSettings } from "../../config/instances.ts";
import type { Entry } from "../aws/Balancers.ts";

/** What the boxes of a fleet are made from, whether they keep data or not. */
export interface FleetBoxesArgs {
  fleet: string;
  /** Name of the boxes of one image and specification. */
  groupName: string;
  /** The AMI, verified. */
  ami: pulumi.Input<string>;
  /** Digest of the raw disk that the AMI was made from. */
  diskDigest: string;
  settings: InstanceSettings;
  region: string;
  /** New boxes must stay healthy for this time. */
  steadySeconds: number;
  /** How many boxes; the fewest, where they scale. */
  boxes: number;
  subnets: pulumi.Input<string>[];
  securityGroup: pulumi.Input<string>;
  /** The ways by which requests reach the boxes, and the target group of each. */
  entries: readonly Entry[];
  targetGroups: readonly TargetGroup[];
  encryptionKey?: string | undefined;
  /** What must be there before a box boots. */
  dependsOn: pulumi.Resource[];
}

/** By these a box and its group are found again. */
export function boxTags({ fleet, diskDigest, groupName }: FleetBoxesArgs): Record<string, string> {
  return {
    Name: `${fleet} (${pulumi.getStack()})`,
    "immutable-fleets:stack": stackLabel(),
    "immutable-fleets:fleet": fleet,
    "immutable-fleets:group": groupName,
    "immutable-fleets:disk-digest": diskDigest,
  };
}
