import type * as pulumi from "@pulumi/pulumi";
import type { InstancesPlan } from "../../plan/environment/TargetPlan.ts";
import type { Account } from "../aws/Account.ts";
import { Balancers } from "../aws/Balancers.ts";
import { networkOf, type NetworkIds } from "../aws/Network.ts";
import { SecurityGroups } from "../aws/SecurityGroups.ts";
import type { Secrets } from "../target/filledIn.ts";

/** What all fleets of instances of an environment share. */
export interface InstanceSurroundings {
  account: Account;
  secrets: Secrets;
  network: NetworkIds;
  groups: SecurityGroups;
  balancers: Balancers;
  /** Of the components. */
  opts: pulumi.ComponentResourceOptions;
}

/** The network, the load balancers and who may connect to whom. */
export function makeSurroundings(
  { aws, applications, edge, fleets }: InstancesPlan,
  account: Account,
  secrets: Secrets,
  opts: pulumi.ComponentResourceOptions,
): InstanceSurroundings {
  const network = networkOf(aws, opts);
  const accessoryPorts = Object.fromEntries(fleets.map((fleet) => [fleet.name, fleet.accessoryPorts]));
  const plan = { aws, applications, accessoryPorts, edge };
  const groups = new SecurityGroups("flows", { vpc: network.vpc, plan }, opts);
  const drainSeconds = Object.fromEntries(fleets.map((fleet) => [fleet.name, fleet.drainSeconds]));
  const behindEdge = edge !== undefined;
  const entry = { aws, network, groups, applications, drainSeconds, behindEdge };
  const balancers = new Balancers("entry", entry, opts);
  return { account, secrets, network, groups, balancers, opts };
}
