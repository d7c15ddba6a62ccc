import type * as pulumi from "@pulumi/pulumi";
import { StepBefore, type StepBeforeArgs } from "../canary/StepBefore.ts";
import type { TurnsPlace } from "./request.ts";

/** The step before the boxes of a first turn are made: what a killed update left is too many beside them. */
export class RoomStep extends StepBefore<TurnsPlace> {
  constructor(name: string, args: StepBeforeArgs<TurnsPlace>, opts: pulumi.CustomResourceOptions) {
    super(`${name}-room`, { file: "fleets/surge/main.ts", argument: "make" }, args, opts);
  }
}
