import { Eip } from "@pulumi/aws/ec2/eip.js";
import { InternetGateway } from "@pulumi/aws/ec2/internetGateway.js";
import { NatGateway } from "@pulumi/aws/ec2/natGateway.js";
import { Route } from "@pulumi/aws/ec2/route.js";
import { RouteTable } from "@pulumi/aws/ec2/routeTable.js";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation.js";
import { Subnet } from "@pulumi/aws/ec2/subnet.js";
import { Vpc } from "@pulumi/aws/ec2/vpc.js";
import * as pulumi from "@pulumi/pulumi";
import type { AwsSettings } from "../../config/instances.ts";
import { subnetRanges } from "./subnetRanges.ts";

/** A network with two kinds of subnets: those of the public load balancer, and those of the boxes. */
export interface NetworkIds {
  vpc: pulumi.Input<string>;
  publicSubnets: pulumi.Input<string>[];
  privateSubnets: pulumi.Input<string>[];
}

/** The network that is given, else one that is made. */
export function networkOf(settings: AwsSettings, opts?: pulumi.ComponentResourceOptions): NetworkIds {
  return settings.network ?? new Network("network", settings, opts);
}

/** A network in several zones: boxes have no public address, and reach AWS through a gateway in their own zone. */
export class Network extends pulumi.ComponentResource implements NetworkIds {
  readonly vpc: pulumi.Output<string>;
  readonly publicSubnets: pulumi.Output<string>[] = [];
  readonly privateSubnets: pulumi.Output<string>[] = [];

  constructor(
    name: string,
    { zones, range }: Pick<AwsSettings, "zones" | "range">,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("fleet:index:Network", name, {}, opts);
    const vpc = new Vpc(
      name,
      {
        cidrBlock: range,
        enableDnsHostnames: true,
        enableDnsSupport: true,
        tags: { Name: pulumi.getStack() },
      },
      { parent: this },
    );
    this.vpc = vpc.id;
    const gateway = new InternetGateway(name, { vpcId: vpc.id }, { parent: this });
    const outside = this.routes("public", gateway.id, "gatewayId");
    const ranges = subnetRanges(range, zones.length);
    zones.forEach((zone, index) => {
      const own = ranges[index];
      if (own) this.zone(zone, own, outside, gateway);
    });
    this.registerOutputs({ vpc: this.vpc });
  }

  private zone(
    zone: string,
    ranges: { public: string; private: string },
    outside: RouteTable,
    gateway: InternetGateway,
  ) {
    const open = this.subnet(`public-${zone}`, zone, ranges.public, outside);
    const address = new Eip(zone, { domain: "vpc" }, { parent: this, dependsOn: gateway });
    const nat = new NatGateway(zone, { subnetId: open.id, allocationId: address.id }, { parent: this });
    const inside = this.routes(`private-${zone}`, nat.id, "natGatewayId");
    const closed = this.subnet(`private-${zone}`, zone, ranges.private, inside);
    this.publicSubnets.push(open.id);
    this.privateSubnets.push(closed.id);
  }

  private subnet(name: string, availabilityZone: string, cidrBlock: string, routeTable: RouteTable): Subnet {
    const subnet = new Subnet(
      name,
      { vpcId: this.vpc, availabilityZone, cidrBlock, mapPublicIpOnLaunch: false, tags: { Name: name } },
      { parent: this },
    );
    new RouteTableAssociation(name, { subnetId: subnet.id, routeTableId: routeTable.id }, { parent: this });
    return subnet;
  }

  private routes(
    name: string,
    target: pulumi.Output<string>,
    kind: "gatewayId" | "natGatewayId",
  ): RouteTable {
    const table = new RouteTable(name, { vpcId: this.vpc, tags: { Name: name } }, { parent: this });
    new Route(
      name,
      { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", [kind]: target },
      { parent: this },
    );
    return table;
  }
}
