import type * as pulumi from "@pulumi/pulumi";
import type { FleetPlace } from "./request.ts";
import { StepBefore, type StepBeforeArgs } from "./StepBefore.ts";

/** The step before new boxes of a canary are made: from then on, none that comes is sent requests until the gate leads them there. */
export class HoldStep extends StepBefore<FleetPlace> {
  constructor(name: string, args: StepBeforeArgs<FleetPlace>, opts: pulumi.CustomResourceOptions) {
    super(`${name}-hold`, { file: "fleets/canary/main.ts", argument: "hold" }, args, opts);
  }
}
