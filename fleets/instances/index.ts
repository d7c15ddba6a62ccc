import { getInstancesOutput } from "@pulumi/aws/ec2/getInstances.js";
import { Provider } from "@pulumi/aws/provider.js";
import * as pulumi from "@pulumi/pulumi";
import type { AwsSettings } from "../../config/instances.ts";
import type { StackConfiguration } from "../../config/read.ts";
import { canonicalJson } from "../../images/plan/digest.ts";
import { chainId } from "../../images/plan/chain.ts";
import { releaseName, type MachineImageRecord, type Release } from "../../images/release/release.ts";
import { requiresSigned } from "../../images/proof/ProofCheck.ts";
import { missingImages } from "../../images/release/select.ts";
import { boxEnvironment } from "../glue/boxEnvironment.ts";
import { configuredEnvironment, type ConfiguredValues } from "../glue/configuredEnvironment.ts";
import { namesSecret, withSecrets } from "../glue/secretValues.ts";
import { placedApplications } from "../glue/topology.ts";
import type { Chains } from "../plan.ts";
import { Balancers } from "./Balancers.ts";
import { BoxRole } from "./BoxRole.ts";
import { defaultInstances } from "./defaults.ts";
import { DiskProofs } from "./DiskProofs.ts";
import { InstanceFleet } from "./InstanceFleet.ts";
import { groupName } from "./names.ts";
import { networkOf, type NetworkIds } from "./Network.ts";
import { releasedAmi } from "./releasedAmi.ts";
import { SecurityGroups } from "./SecurityGroups.ts";
import { userData } from "./userData.ts";

/** What runs of an environment on instances. */
export interface RunningInstances {
  fleets: Map<string, InstanceFleet>;
  url: pulumi.Output<string> | undefined;
}

type Secrets = pulumi.Output<Record<string, string>>;

interface Surroundings {
  configuration: StackConfiguration;
  aws: AwsSettings;
  secrets: Secrets;
  network: NetworkIds;
  groups: SecurityGroups;
  balancers: Balancers;
  proofs: DiskProofs;
  opts: pulumi.ComponentResourceOptions;
}

/** Runs the fleets of instances of an environment from the machine images of a release. */
export function runInstances(
  configuration: StackConfiguration,
  chains: Chains,
  release: Release,
  secrets: Secrets,
): RunningInstances {
  const { aws } = configuration.environment;
  if (!aws) throw new Error("expected environment.aws for fleets of instances, got none");
  const places = Object.values(chains.machines).map(chainId);
  const problem = missingImages(release, "machineImages", places, releaseName(release));
  if (problem) throw new pulumi.RunError(problem.message);
  const surroundings = makeSurroundings(configuration, aws, secrets);
  const fleets = Object.entries(chains.machines).flatMap(([name, chain]) => {
    const image = release.machineImages[chainId(chain)];
    return image ? [[name, runFleet(name, chainId(chain), image, surroundings)] as const] : [];
  });
  return { fleets: new Map(fleets), url: surroundings.balancers.url };
}

function makeSurroundings(
  configuration: StackConfiguration,
  aws: AwsSettings,
  secrets: Secrets,
): Surroundings {
  const provider = new Provider("aws", {
    region: aws.region,
    defaultTags: { tags: { "immutable-fleets:stack": `${pulumi.getProject()}/${pulumi.getStack()}` } },
  });
  const opts = { providers: { aws: provider } };
  const applications = placedApplications(configuration);
  const network = networkOf(aws, opts);
  const plan = { aws, applications, accessoryPorts: accessoryPorts(configuration) };
  const groups = new SecurityGroups("flows", { vpc: network.vpc, plan }, opts);
  const drainSeconds = Object.fromEntries(
    Object.entries(configuration.environment.fleets).map(([name, fleet]) => [name, fleet.drainSeconds]),
  );
  const balancers = new Balancers("entry", { aws, network, groups, applications, drainSeconds }, opts);
  const proofs = new DiskProofs(requiresSigned(configuration.environment));
  return { configuration, aws, secrets, network, groups, balancers, proofs, opts };
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

function runFleet(
  name: string,
  place: string,
  image: MachineImageRecord,
  around: Surroundings,
): InstanceFleet {
  const { configuration, aws, balancers, groups, network, opts } = around;
  const placement = configuration.environment.fleets[name];
  if (!placement) throw new Error(`expected a placement of the fleet ${name}, got none`);
  const settings = placement.instances ?? defaultInstances;
  const { plain, secret } = split(configuredEnvironment(configuration, name));
  const role = new BoxRole(
    `${name}-box`,
    { fleet: name, secrets: filledIn(secret, around.secrets), encryptionKey: aws.encryptionKey },
    opts,
  );
  const boot = balancers.internalHost.apply((host) =>
    userData({
      environment: { ...boxEnvironment(configuration, name, host), ...plain },
      parameters: role.parameters,
      region: aws.region,
    }),
  );
  const described = userData({
    environment: { ...boxEnvironment(configuration, name), ...plain },
    parameters: role.parameters,
    region: aws.region,
  });
  const { type, volume } = settings;
  const provider = opts.providers as { aws: pulumi.ProviderResource };
  return new InstanceFleet(
    {
      fleet: name,
      groupName: groupName(name, image.diskDigest, canonicalJson({ described, type, volume })),
      ami: around.proofs.ami(place, image, releasedAmi(place, image, aws.region, { provider: provider.aws })),
      diskDigest: image.diskDigest,
      settings,
      region: aws.region,
      steadySeconds: placement.gate.steadySeconds,
      boxes: placement.boxes,
      live: liveBoxes(name, provider.aws),
      userData: boot,
      subnets: network.privateSubnets,
      securityGroup: groups.id(`fleet-${name}`),
      profile: role.profile,
      targetGroups: balancers.targetGroups.get(name) ?? [],
      encryptionKey: aws.encryptionKey,
      alarms: aws.alarms,
      dependsOn: [...balancers.listeners, ...role.ready],
    },
    opts,
  );
}

/** Variables whose values are secret are kept apart from the start: user data can be read by whoever may describe instances. */
function split(environment: ConfiguredValues) {
  const entries = Object.entries(environment).map(([name, value]) => [name, String(value)] as const);
  return {
    plain: Object.fromEntries(entries.filter(([, value]) => !namesSecret(value))),
    secret: Object.fromEntries(entries.filter(([, value]) => namesSecret(value))),
  };
}

function filledIn(values: Readonly<Record<string, string>>, secrets: Secrets) {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      secrets.apply((known) => withSecrets(value, known)),
    ]),
  );
}

/** How many boxes of a fleet run now: a new group begins as large as the one that it replaces. */
function liveBoxes(fleet: string, provider: pulumi.ProviderResource): pulumi.Output<number> {
  const running = getInstancesOutput(
    {
      instanceStateNames: ["running"],
      instanceTags: {
        "immutable-fleets:stack": `${pulumi.getProject()}/${pulumi.getStack()}`,
        "immutable-fleets:fleet": fleet,
      },
    },
    { provider },
  );
  return running.ids.apply((ids) => ids.length);
}
