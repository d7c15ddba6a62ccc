import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { BoxImage } from "../../plan/BoxImage.ts";
import { localReference } from "../../engine/labels.ts";
import type { Service } from "../../plan/service.ts";
import type { Engine } from "../../engine/engine.ts";
import type { ShipRequest } from "./ship.ts";

/** An image in the engine of another machine: the very digest that this machine's engine or a registry has. */
export class ShippedImage extends pulumi.ComponentResource implements BoxImage {
  readonly image: pulumi.Output<string>;
  readonly inputDigest: pulumi.Output<string>;
  readonly services: pulumi.Output<Service[]>;

  constructor(engine: Engine, place: string, from: BoxImage, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:index:ShippedImage", `${engine.name}.${place}`, {}, opts);
    const layer = place.split(".").at(-1) ?? place;
    const stdin = pulumi
      .all([from.image, from.inputDigest, from.manifest])
      .apply(([image, digest, manifest]) => {
        const reference = localReference(layer, digest);
        return { engine, place, image, reference, ...(manifest !== undefined && { manifest }) };
      })
      .apply((request: ShipRequest) => JSON.stringify(request));
    const ship = new command.local.Command(
      `${engine.name}.${place}-shipped`,
      {
        interpreter: ["node", "fleets/engines/main.ts"],
        create: place,
        stdin,
        triggers: [from.image, engine.url],
        logging: "stderr",
        addPreviousOutputInEnv: false,
      },
      { parent: this, customTimeouts: { create: "1h", update: "1h" } },
    );
    this.image = ship.stdout;
    this.inputDigest = from.inputDigest;
    this.services = from.services;
    this.registerOutputs({ image: this.image });
  }
}
