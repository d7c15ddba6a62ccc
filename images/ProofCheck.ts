import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { BoxImage } from "../plan/BoxImage.ts";
import type { ProofRequest } from "./proof/request.ts";

/** A ProofRequest whose digest is known later. */
export interface ProofCheckArgs {
  kind: ProofRequest["kind"];
  digest: pulumi.Input<string>;
}

/** The step between an image and its boxes: fails the update before any box starts when the image is unsigned or altered. */
export class ProofCheck extends command.local.Command {
  /** The digest, once it is verified. */
  readonly digest: pulumi.Output<string>;

  constructor(name: string, { kind, digest }: ProofCheckArgs, opts?: pulumi.CustomResourceOptions) {
    const request = pulumi.output(digest).apply((known): ProofRequest => ({ name, digest: known, kind }));
    super(
      `${name}-proof`,
      {
        interpreter: ["node", "images/proof/main.ts"],
        create: name,
        stdin: request.apply((known) => JSON.stringify(known)),
        triggers: [digest],
        logging: "stderr",
        addPreviousOutputInEnv: false,
      },
      opts,
    );
    this.digest = this.stdout;
  }
}

/** The same images, of which none is known to the fleets before it is verified. */
export function verified(images: ReadonlyMap<string, BoxImage>): Map<string, BoxImage> {
  return new Map(
    [...images].map(([id, { image, inputDigest, services, manifest }]) => {
      const check = new ProofCheck(id, { kind: "image", digest: image });
      return [id, { image: check.digest, inputDigest, services, ...(manifest && { manifest }) }];
    }),
  );
}
