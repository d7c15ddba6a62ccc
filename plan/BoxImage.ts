import type * as pulumi from "@pulumi/pulumi";
import type { Service } from "./service.ts";

/** An image that boxes run, whether it is built here or taken from a release. */
export interface BoxImage {
  /** The image id: `sha256:…`. */
  readonly image: pulumi.Output<string>;
  /** Hexadecimal digest of what it was made from. */
  readonly inputDigest: pulumi.Output<string>;
  /** Where a registry has it (`name@sha256:…`), for an image taken from a release; that of this environment, where it has one. */
  readonly manifest?: pulumi.Output<string | undefined>;
  /** The services that its roles enabled. */
  readonly services: pulumi.Output<Service[]>;
}
