import { Provider } from "@pulumi/aws/provider.js";
import * as pulumi from "@pulumi/pulumi";
import type { AwsSettings } from "../../config/instances.ts";
import type { StackConfiguration } from "../../config/read/read.ts";
import { placedApplications, type PlacedApplication } from "../../plan/glue/topology.ts";
import { Balancers } from "../aws/Balancers.ts";
import type { DiskProofs } from "./DiskProofs.ts";
import type { EdgeFlows } from "../aws/flows.ts";
import { networkOf, type NetworkIds } from "../aws/Network.ts";
import { SecurityGroups } from "../aws/SecurityGroups.ts";

export type Secrets = pulumi.Output<Record<string, string>>;

/** What all fleets of instances of an environment share. */
export interface Surroundings {
  configuration: StackConfiguration;
  aws: AwsSettings;
  secrets: Secrets;
  network: NetworkIds;
  groups: SecurityGroups;
  balancers: Balancers;
  proofs: DiskProofs;
  provider: Provider;
  /** Of the components. */
  opts: pulumi.ComponentResourceOptions;
}

/** AWS in the environment's region; all that is made there is tagged with the stack. */
export function awsProvider(region: string): Provider {
  return new Provider("aws", {
    region,
    defaultTags: { tags: { "immutable-fleets:stack": `${pulumi.getProject()}/${pulumi.getStack()}` } },
  });
}

/** The network, the load balancers and who may connect to whom. */
export function makeSurroundings(
  configuration: StackConfiguration,
  aws: AwsSettings,
  secrets: Secrets,
  provider: Provider,
  proofs: DiskProofs,
  opts: pulumi.ComponentResourceOptions,
): Surroundings {
  const applications = placedApplications(configuration).filter(isOnInstances(configuration));
  const network = networkOf(aws, opts);
  const edge = edgeFlows(configuration, aws);
  const plan = { aws, applications, accessoryPorts: accessoryPorts(configuration), edge };
  const groups = new SecurityGroups("flows", { vpc: network.vpc, plan }, opts);
  const drainSeconds = Object.fromEntries(
    Object.entries(configuration.environment.fleets).map(([name, fleet]) => [name, fleet.drainSeconds]),
  );
  const behindEdge = edge !== undefined;
  const entry = { aws, network, groups, applications, drainSeconds, behindEdge };
  const balancers = new Balancers("entry", entry, opts);
  return { configuration, aws, secrets, network, groups, balancers, provider, proofs, opts };
}

function isOnInstances({ environment }: StackConfiguration) {
  return ({ fleet }: PlacedApplication) => environment.fleets[fleet]?.target === "instances";
}

/** Who comes from and goes to the edge, where the environment has one. */
function edgeFlows(configuration: StackConfiguration, aws: AwsSettings): EdgeFlows | undefined {
  const { edge } = configuration.environment;
  if (!edge) return undefined;
  if (aws.edgeRange === undefined)
    throw new Error("expected environment.aws.edgeRange for instances behind an edge, got none");
  const isHere = isOnInstances(configuration);
  const elsewhere = placedApplications(configuration).filter((application) => !isHere(application));
  const { internalAddress } = edge;
  return {
    range: aws.edgeRange,
    address: internalAddress === undefined ? undefined : `${internalAddress}/32`,
    ports: elsewhere.map(({ port }) => port),
  };
}

function accessoryPorts({ fleets, applications, accessories }: StackConfiguration): Record<string, number[]> {
  const ports = (fleet: { applications: readonly string[] }) =>
    fleet.applications
      .flatMap((name) => applications[name]?.uses ?? [])
      .flatMap((use) => accessories[use]?.port ?? []);
  return Object.fromEntries(
    Object.entries(fleets).map(([name, fleet]) => [name, [...new Set(ports(fleet))]]),
  );
}
