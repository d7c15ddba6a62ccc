import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { FitRequest } from "./request.ts";

/** A FitRequest whose values are known later. */
export interface FitStepArgs extends Omit<FitRequest, "image" | "volume"> {
  image: pulumi.Input<string>;
  volume: pulumi.Input<string>;
}

/** The step before an accessory's box is replaced by one of another image: asks that image whether it takes the data, and fails the update if not. */
export class FitStep extends command.local.Command {
  constructor(box: string, args: FitStepArgs, opts: pulumi.CustomResourceOptions) {
    const { image, volume, ...rest } = args;
    super(
      `${box}-fit`,
      {
        interpreter: ["node", "fleets/fit/main.ts"],
        create: box,
        stdin: pulumi
          .all([image, volume])
          .apply(([id, name]) => JSON.stringify({ ...rest, image: id, volume: name } satisfies FitRequest)),
        logging: "stderr",
        addPreviousOutputInEnv: false,
      },
      opts,
    );
  }
}
