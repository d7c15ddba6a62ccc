import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Engine } from "../../engine/engine.ts";

/** What a step before the new boxes of a fleet is given. */
export interface StepBeforeArgs<Place extends { fleet: string }> {
  place: pulumi.Input<Place>;
  engine?: Engine | undefined;
  /** What the boxes are made of: another one is a swap. */
  digest: pulumi.Input<string>;
}

/** The program of a step, and the argument by which it does something; with `keep` it does nothing. */
export interface StepProgram {
  file: string;
  argument: string;
}

/** A step that is done once before the new boxes of a fleet are made. */
export class StepBefore<Place extends { fleet: string }> extends command.local.Command {
  constructor(
    name: string,
    { file, argument }: StepProgram,
    { place, engine, digest }: StepBeforeArgs<Place>,
    opts: pulumi.CustomResourceOptions,
  ) {
    super(
      name,
      {
        interpreter: ["node", file],
        create: argument,
        update: "keep",
        stdin: pulumi.output(place).apply((known) => JSON.stringify({ ...known, ...(engine && { engine }) })),
        triggers: [digest],
        logging: "stderr",
        addPreviousOutputInEnv: false,
      },
      opts,
    );
  }
}
