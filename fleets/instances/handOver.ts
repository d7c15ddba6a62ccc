import * as pulumi from "@pulumi/pulumi";
import type { AwsSettings } from "../../config/instances.ts";
import type { StackConfiguration } from "../../config/read/read.ts";
import { releaseName, type MachineImageRecord, type Release } from "../../images/release/release.ts";
import { split } from "./bootSettings.ts";
import { defaultInstances } from "../aws/defaults.ts";
import type { DiskProofs } from "./DiskProofs.ts";
import type { HandoverNote } from "./handover/note.ts";
import { SharedImage } from "./handover/SharedImage.ts";
import { releasedAmi } from "./releasedAmi.ts";

export interface HandOverArgs {
  configuration: StackConfiguration;
  aws: AwsSettings;
  release: Release;
  proofs: DiskProofs;
  fleet: string;
  /** Place of its machine image, and the image. */
  place: string;
  image: MachineImageRecord;
}

/** A fleet's AMI in the hands of other accounts, and the note that goes with it. */
export interface HandedOver {
  ami: pulumi.Output<string>;
  note: pulumi.Output<HandoverNote>;
}

/** Shares the machine image of a fleet with the accounts of the environment. */
export function handOver(
  { configuration, aws, release, proofs, fleet, place, image }: HandOverArgs,
  provider: pulumi.ProviderResource,
  opts: pulumi.ComponentResourceOptions,
): HandedOver {
  const placement = configuration.environment.fleets[fleet];
  if (!placement) throw new Error(`expected a placement of the fleet ${fleet}, got none`);
  const { region, share: accounts } = aws;
  const ami = proofs.ami(place, image, releasedAmi(place, image, region, { provider }));
  const shared = new SharedImage(`${fleet}-share`, { region, ami, accounts }, opts);
  const { plain, secret } = split(configuration, fleet);
  const { type, startMinutes } = placement.instances ?? defaultInstances;
  const known = {
    fleet,
    release: release.promotedFrom ?? releaseName(release),
    region,
    diskDigest: image.diskDigest,
    instanceType: type,
    accounts,
    environment: plain,
    secrets: Object.keys(secret),
    applications: applicationsOf(configuration, fleet),
    startMinutes,
  };
  return { ami: shared.ami, note: shared.ami.apply((id) => ({ ...known, ami: id })) };
}

function applicationsOf({ fleets, applications }: StackConfiguration, fleet: string) {
  return (fleets[fleet]?.applications ?? []).flatMap((name) => {
    const application = applications[name];
    return application ? [{ name, port: application.port, health: application.health }] : [];
  });
}
