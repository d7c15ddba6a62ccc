import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { BoxImage } from "../../plan/BoxImage.ts";
import type { Registered, RegisterRequest } from "./request.ts";

/** An image in the registry that the machines of a Swarm have theirs from: the very digest that this machine's engine has. */
export class RegisteredImage extends pulumi.ComponentResource {
  readonly registered: pulumi.Output<Registered>;

  constructor(place: string, from: BoxImage, prefix: string, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:index:RegisteredImage", place, {}, opts);
    const stdin = pulumi
      .all([from.image, from.inputDigest, from.manifest])
      .apply(([image, inputDigest, manifest]): RegisterRequest => ({
        ...{ place, image, inputDigest, prefix },
        ...(manifest !== undefined && { manifest }),
      }))
      .apply((request) => JSON.stringify(request));
    const register = new command.local.Command(
      `${place}-registered`,
      {
        interpreter: ["node", "fleets/swarm/register.ts"],
        create: place,
        stdin,
        triggers: [from.image, prefix],
        logging: "stderr",
        addPreviousOutputInEnv: false,
      },
      { parent: this, customTimeouts: { create: "1h", update: "1h" } },
    );
    this.registered = register.stdout.apply((said) => JSON.parse(said) as Registered);
    this.registerOutputs({ registered: this.registered });
  }
}
