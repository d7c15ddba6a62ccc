import { getSubnetOutput } from "@pulumi/aws/ec2/getSubnet.js";
import * as pulumi from "@pulumi/pulumi";
import type { AwsSettings } from "../../config/instances.ts";
import type { NetworkIds } from "./Network.ts";

/** The availability zone of each private subnet: as configured, else what AWS says of a network that is given. */
export function zonesOf(
  { network, zones }: Pick<AwsSettings, "network" | "zones">,
  { privateSubnets }: Pick<NetworkIds, "privateSubnets">,
  provider: pulumi.ProviderResource,
): pulumi.Input<string>[] {
  if (!network) return [...zones];
  return privateSubnets.map(
    (id) => getSubnetOutput({ id: pulumi.output(id) }, { provider }).availabilityZone,
  );
}
