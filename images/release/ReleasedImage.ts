import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { BoxImage } from "../../plan/BoxImage.ts";
import type { Service } from "../../plan/service.ts";
import type { ReleaseImage } from "./release.ts";
import type { TakenImage, TakeRequest } from "./take.ts";

export interface ReleasedImageArgs {
  image: ReleaseImage;
  /** This environment's own registry. */
  registry?: { prefix: string; push: boolean };
}

/** An image taken from a release: the very digest that was proved elsewhere, fetched where it is missing, never built. */
export class ReleasedImage extends pulumi.ComponentResource implements BoxImage {
  readonly image: pulumi.Output<string>;
  readonly inputDigest: pulumi.Output<string>;
  readonly services: pulumi.Output<Service[]>;
  readonly manifest: pulumi.Output<string | undefined>;

  constructor(name: string, args: ReleasedImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:index:ReleasedImage", name, {}, opts);
    const { image, manifest, inputDigest } = args.image;
    const request: TakeRequest = {
      id: name,
      image,
      inputDigest,
      ...(manifest !== undefined && { manifest }),
      ...(args.registry && { registry: args.registry }),
    };
    const take = new command.local.Command(
      `${name}-released`,
      {
        interpreter: ["node", "images/release/main.ts"],
        create: name,
        stdin: JSON.stringify(request),
        triggers: [image],
        logging: "stderr",
        addPreviousOutputInEnv: false,
      },
      { parent: this, customTimeouts: { create: "1h", update: "1h" } },
    );
    const result = take.stdout.apply((text) => JSON.parse(text) as TakenImage);
    this.image = result.image;
    this.services = result.services;
    this.manifest = result.apply((taken) => taken.manifest ?? manifest);
    this.inputDigest = pulumi.output(inputDigest);
    this.registerOutputs({ image: this.image, inputDigest });
  }
}
