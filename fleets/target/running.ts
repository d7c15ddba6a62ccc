import type * as pulumi from "@pulumi/pulumi";
import type { HandoverNote } from "../instances/handover/note.ts";

/** What runs in one environment. */
export interface RunningFleets {
  /** Where requests come in. */
  url: pulumi.Input<string> | undefined;
  /** The image of each fleet, and what runs from it. */
  fleets: Record<string, { image: pulumi.Output<string>; boxes: pulumi.Output<unknown> }>;
  /** Known once every gate has passed. */
  proved: pulumi.Output<unknown>[];
  /** What goes with each machine image that is handed over. */
  handover?: Record<string, pulumi.Output<HandoverNote>>;
}
