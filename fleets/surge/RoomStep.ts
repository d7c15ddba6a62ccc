import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Engine } from "../../engine/engine.ts";
import type { RoomRequest, TurnsPlace } from "./request.ts";

export interface RoomStepArgs {
  place: pulumi.Input<TurnsPlace>;
  engine?: Engine | undefined;
  /** What the boxes are made of: another one is a swap. */
  digest: pulumi.Input<string>;
}

/** The step before the boxes of a first turn are made: what a killed update left is too many beside them. */
export class RoomStep extends command.local.Command {
  constructor(name: string, { place, engine, digest }: RoomStepArgs, opts: pulumi.CustomResourceOptions) {
    super(
      `${name}-room`,
      {
        interpreter: ["node", "fleets/surge/main.ts"],
        create: "make",
        update: "keep",
        stdin: pulumi
          .output(place)
          .apply((known): RoomRequest => ({ ...known, ...(engine && { engine }) }))
          .apply((request) => JSON.stringify(request)),
        triggers: [digest],
        logging: "stderr",
        addPreviousOutputInEnv: false,
      },
      opts,
    );
  }
}
