import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Engine } from "../../engine/engine.ts";
import type { HoldRequest } from "./request.ts";

/** The argument by which main.ts does nothing. */
export const holdsNothing = "keep";

export interface HoldStepArgs {
  place: pulumi.Input<HoldRequest>;
  engine?: Engine | undefined;
  /** What the boxes are made of: another one is a swap. */
  digest: pulumi.Input<string>;
}

/** The step before new boxes of a canary are made: from then on, none that comes is sent requests until the gate leads them there. */
export class HoldStep extends command.local.Command {
  constructor(name: string, { place, engine, digest }: HoldStepArgs, opts: pulumi.CustomResourceOptions) {
    super(
      `${name}-hold`,
      {
        interpreter: ["node", "fleets/canary/main.ts"],
        create: "hold",
        update: holdsNothing,
        stdin: pulumi.output(place).apply((known) => JSON.stringify({ ...known, ...(engine && { engine }) })),
        triggers: [digest],
        logging: "stderr",
        addPreviousOutputInEnv: false,
      },
      opts,
    );
  }
}
