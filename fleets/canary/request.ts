import type { Engine } from "../../engine/engine.ts";
import type { CanaryPlan } from "../../plan/environment/canary.ts";

/** Where the boxes of a fleet are, and what leads requests to them. */
export interface FleetPlace {
  fleet: string;
  /** `project/stack`, as the boxes' label has it. */
  stack: string;
  /** Name of the network of the stack's boxes. */
  network: string;
  /** Container id of the door; all edges behind it are told. */
  door: string;
  /** The names of its backends: applications and their further ports. */
  backends: string[];
}

/** What a gate does beside its looks, where requests go over step by step. */
export interface StepsRequest extends FleetPlace, CanaryPlan {
  /** How long an old box has to finish what is under way. */
  drainSeconds: number;
}

/** What a hold is asked: JSON, on standard input of main.ts. */
export interface HoldRequest extends FleetPlace {
  engine?: Engine;
}
