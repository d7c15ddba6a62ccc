import type * as pulumi from "@pulumi/pulumi";
import type { Release } from "../../images/release/release.ts";
import type { BoxImage } from "../../plan/BoxImage.ts";
import type { EnvironmentPlan } from "../../plan/environment/EnvironmentPlan.ts";
import type { TargetPlan } from "../../plan/environment/TargetPlan.ts";
import type { FleetHosts } from "../../plan/host.ts";
import type { Account } from "../aws/Account.ts";
import type { Edge, InstancesBehind } from "../edge/Edge.ts";
import type { Secrets } from "./filledIn.ts";
import type { HandoverNote } from "./HandoverNote.ts";

/**
 * Runs all fleets of a target: what the file `run.ts` of its folder exports. It makes resources and waits for nothing; a swap is
 * made when and only when an image or a run specification changes, and the old boxes serve until the new ones are healthy.
 * @param plan its fleets, and what they share.
 */
export type Target<P extends TargetPlan = TargetPlan> = (plan: P, around: Around) => Running;

/** What fleets are run from, whatever their target. */
export interface Around {
  /** The images that are wanted, and what they are made of. */
  images: EnvironmentPlan["images"];
  /** Container images by their place, verified where the environment wants that. */
  made: ReadonlyMap<string, BoxImage>;
  /** The values of all secrets, those that the first run made among them. */
  secrets: Secrets;
  /** Mutable hosts by fleet, as they were found. */
  hosts: Readonly<Record<string, FleetHosts>>;
  /** The release that is taken; undefined: images are built here. */
  release?: Release | undefined;
  requiresSigned: boolean;
  /** What was run before. */
  before: Pick<Running, "account" | "behind" | "edge">;
  /** How resources are made. */
  options: pulumi.ComponentResourceOptions;
}

/** What runs. */
export interface Running {
  /** Where requests come in; absent: elsewhere. */
  url?: pulumi.Input<string> | undefined;
  /** The image of each fleet, and what runs from it. */
  fleets: Record<string, RunningFleet>;
  /** Known once every gate has passed. */
  proved: pulumi.Output<unknown>[];
  /** What goes with each machine image that is handed over. */
  handover?: Record<string, pulumi.Output<HandoverNote>>;
  /** Where fleets on AWS run. */
  account?: Account;
  /** Fleets of instances, as an edge before them sees them. */
  behind?: InstancesBehind;
  /** The edge on this machine. */
  edge?: Edge | undefined;
}

/** The image of a fleet, and what runs from it: container ids by box, names of hosts, a group of instances. */
export interface RunningFleet {
  image: pulumi.Output<string>;
  boxes: pulumi.Output<unknown>;
}
