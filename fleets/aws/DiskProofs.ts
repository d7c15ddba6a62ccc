import * as pulumi from "@pulumi/pulumi";
import { ProofCheck } from "../../images/ProofCheck.ts";
import type { MachineImageRecord } from "../../images/release/release.ts";

/** The checks of the disks that AMIs were made from, one for each machine image, whatever number of fleets run it. */
export class DiskProofs {
  readonly #required: boolean;
  readonly #checks = new Map<string, ProofCheck>();

  constructor(required: boolean) {
    this.#required = required;
  }

  /** The AMI, known once the statement about its disk is verified. */
  ami(place: string, { diskDigest }: MachineImageRecord, ami: pulumi.Output<string>): pulumi.Output<string> {
    if (!this.#required) return ami;
    const check = this.#checks.get(place) ?? new ProofCheck(place, { kind: "disk", digest: diskDigest });
    this.#checks.set(place, check);
    return pulumi.all([ami, check.digest]).apply(([id]) => id);
  }
}
