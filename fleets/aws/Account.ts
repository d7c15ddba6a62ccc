import { Provider } from "@pulumi/aws/provider.js";
import * as pulumi from "@pulumi/pulumi";
import { stackLabel } from "../box/stackLabel.ts";
import type { AwsSettings } from "../../config/instances.ts";
import { ProofCheck } from "../../images/ProofCheck.ts";
import { releaseName, type MachineImageRecord, type Release } from "../../images/release/release.ts";
import { missingImages } from "../../images/release/select.ts";
import { chainId } from "../../plan/chain.ts";
import { checkedFor, named } from "../../plan/checked.ts";
import { amiArchitecture, refuseOtherType, releasedAmi } from "./releasedAmi.ts";

export interface AccountArgs {
  aws: AwsSettings;
  /** The release that is taken, and the places of the machine images that are wanted of it. */
  release: Release | undefined;
  machines: readonly string[];
  /** Whether the statement about a disk is verified before its AMI is used. */
  requiresSigned: boolean;
}

/** A machine image of the release that is taken. */
export interface FoundImage {
  /** `base.machine.site`. */
  place: string;
  record: MachineImageRecord;
}

/** Where fleets on AWS run, and the machine images that they run from. */
export class Account {
  readonly aws: AwsSettings;
  readonly release: Release;
  readonly provider: Provider;
  readonly #requiresSigned: boolean;
  readonly #amis = new Map<string, pulumi.Output<string>>();

  /** @throws RunError, before anything is made, when the release lacks a machine image that is wanted. */
  constructor({ aws, release, machines, requiresSigned }: AccountArgs) {
    this.aws = aws;
    this.release = checkedFor(release, "a release for fleets on AWS");
    const problem = missingImages(this.release, "machineImages", machines, releaseName(this.release));
    if (problem) throw new pulumi.RunError(problem.message);
    this.provider = awsProvider(aws.region);
    this.#requiresSigned = requiresSigned;
  }

  /** The machine image of a chain of layers. */
  image(chain: readonly string[]): FoundImage {
    const place = chainId(chain);
    return { place, record: named(this.release.machineImages, "machine image", place) };
  }

  /** Its AMI in the region, known once it is verified; copied and verified once, whatever number of fleets run or share it. */
  ami(image: FoundImage): pulumi.Output<string> {
    const ami = this.#amis.get(image.place) ?? this.#verified(image);
    this.#amis.set(image.place, ami);
    return ami;
  }

  /** Its AMI for the instances of a fleet, which are of the same architecture. */
  amiFor(image: FoundImage, fleet: string, type: string): pulumi.Output<string> {
    const { place, record } = image;
    const architecture = amiArchitecture(record, this.aws.region, { provider: this.provider });
    return pulumi.all([this.ami(image), architecture]).apply(([id, known]) => {
      refuseOtherType({ fleet, place, type }, known);
      return id;
    });
  }

  #verified({ place, record }: FoundImage): pulumi.Output<string> {
    const ami = releasedAmi(place, record, this.aws.region, { provider: this.provider });
    if (!this.#requiresSigned) return ami;
    const check = new ProofCheck(place, { kind: "disk", digest: record.diskDigest });
    return pulumi.all([ami, check.digest]).apply(([id]) => id);
  }
}

/** AWS in the environment's region; all that is made there is tagged with the stack. */
export function awsProvider(region: string): Provider {
  return new Provider("aws", {
    region,
    defaultTags: { tags: { "immutable-fleets:stack": stackLabel() } },
  });
}
