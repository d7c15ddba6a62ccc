import { Provider } from "@pulumi/aws/provider.js";
import * as pulumi from "@pulumi/pulumi";
import type { AwsSettings } from "../../config/instances.ts";
import { releaseName, type MachineImageRecord, type Release } from "../../images/release/release.ts";
import { missingImages } from "../../images/release/select.ts";
import { chainId } from "../../plan/chain.ts";
import { checkedFor, named } from "../../plan/checked.ts";
import { DiskProofs } from "./DiskProofs.ts";
import { releasedAmi } from "./releasedAmi.ts";

export interface AccountArgs {
  aws: AwsSettings;
  /** The release that is taken, and the places of the machine images that are wanted of it. */
  release: Release | undefined;
  machines: readonly string[];
  requiresSigned: boolean;
}

/** A machine image of the release that is taken, as an AMI in the environment's region. */
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
  readonly #proofs: DiskProofs;

  /** @throws RunError, before anything is made, when the release lacks a machine image that is wanted. */
  constructor({ aws, release, machines, requiresSigned }: AccountArgs) {
    this.aws = aws;
    this.release = checkedFor(release, "a release for fleets on AWS");
    const problem = missingImages(this.release, "machineImages", machines, releaseName(this.release));
    if (problem) throw new pulumi.RunError(problem.message);
    this.provider = awsProvider(aws.region);
    this.#proofs = new DiskProofs(requiresSigned);
  }

  /** The machine image of a chain of layers. */
  image(chain: readonly string[]): FoundImage {
    const place = chainId(chain);
    return { place, record: named(this.release.machineImages, "machine image", place) };
  }

  /** Its AMI, its digest verified, and its statement where the environment wants that. */
  ami({ place, record }: FoundImage): pulumi.Output<string> {
    const { provider } = this;
    return this.#proofs.ami(place, record, releasedAmi(place, record, this.aws.region, { provider }));
  }
}

/** AWS in the environment's region; all that is made there is tagged with the stack. */
export function awsProvider(region: string): Provider {
  return new Provider("aws", {
    region,
    defaultTags: { tags: { "immutable-fleets:stack": `${pulumi.getProject()}/${pulumi.getStack()}` } },
  });
}
