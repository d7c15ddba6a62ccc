import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Engine } from "../../engine/engine.ts";
import type { LeaveRequest } from "./request.ts";

export interface LeaveStepArgs {
  /** Container id of the box. */
  box: pulumi.Input<string>;
  /** The edge that sends it requests: it is there until the box has left it. */
  edge: pulumi.Input<string>;
  /** Before the names of everything that runs on the box's engine. */
  prefix: string;
  /** The engine of another machine that it runs on. */
  engine?: Engine | undefined;
  drainSeconds: number;
}

/**
 * The end of a box that takes requests. It does nothing until it is deleted, which is before its box is: then it takes the box out of the
 * edges, waits for what is under way and stops it (docs/decisions/0015).
 */
export class LeaveStep extends command.local.Command {
  constructor(name: string, args: LeaveStepArgs, opts: pulumi.CustomResourceOptions) {
    // What is known of the edge is only that it is there: another one is no reason for another step.
    const stdin = pulumi
      .all([args.box, args.edge])
      .apply(([box]) => JSON.stringify(requestOf(name, box, args)));
    super(
      `${name}-leave`,
      {
        interpreter: ["node", "fleets/leave/main.ts"],
        delete: "leave",
        stdin,
        triggers: [args.box],
        logging: "stderr",
        addPreviousOutputInEnv: false,
      },
      { ...opts, customTimeouts: { delete: "2h10m" } },
    );
  }
}

/** Whether a step of an update is one of these, by its resource's name. */
export function isLeaveStep(name: string): boolean {
  return name.endsWith("-leave");
}

function requestOf(name: string, box: string, { prefix, engine, drainSeconds }: LeaveStepArgs): LeaveRequest {
  return {
    name,
    box,
    edge: `${prefix}edge`,
    stack: `${pulumi.getProject()}/${pulumi.getStack()}`,
    ...(engine && { engine }),
    drainSeconds,
  };
}
