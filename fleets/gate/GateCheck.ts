import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Engine } from "../../engine/engine.ts";
import type { StepsRequest } from "../canary/request.ts";
import type { TurnsRequest } from "../surge/request.ts";
import type { GateRequest } from "./request.ts";

/** A GateRequest whose ids are known later. */
export interface GateCheckArgs {
  boxes: pulumi.Input<Record<string, string>>;
  applications: { name: string; port: number }[];
  edge?: pulumi.Input<string>;
  ready?: string[];
  engine?: Engine;
  canary?: pulumi.Input<StepsRequest> | undefined;
  turns?: pulumi.Input<TurnsRequest> | undefined;
  /** Whose gate it is, where others follow; absent: the last one, or the only. */
  turn?: number | undefined;
  timeoutSeconds: number;
  steadySeconds: number;
}

/**
 * The step between new boxes and the end of old ones: fails the update unless every box is healthy and stays so. For other boxes it
 * runs in place, not as another resource: so it is given what it printed before, and knows which of them are new.
 */
export class GateCheck extends command.local.Command {
  constructor(fleet: string, args: GateCheckArgs, opts: pulumi.CustomResourceOptions) {
    const { applications, ready, engine, timeoutSeconds, steadySeconds } = args;
    const stdin = pulumi
      .all([args.boxes, args.edge, args.canary, args.turns])
      .apply(([boxes, edge, canary, turns]) => ({
        fleet,
        boxes,
        applications,
        timeoutSeconds,
        steadySeconds,
        ...(edge !== undefined && { edge }),
        ...(ready && { ready }),
        ...(canary && { canary }),
        ...(turns && { turns }),
        ...(engine && { engine }),
      }))
      .apply((request: GateRequest) => JSON.stringify(request));
    const longest = args.canary === undefined && args.turns === undefined ? "1h10m" : "49h";
    super(
      turnGateName(fleet, args.turn),
      {
        interpreter: ["node", "fleets/gate/main.ts"],
        create: fleet,
        stdin,
        logging: "stderr",
        addPreviousOutputInEnv: true,
      },
      { ...opts, customTimeouts: { create: longest, update: longest } },
    );
  }
}

/** `shop-gate`, and `shop-gate-1` of a turn that others follow. */
function turnGateName(fleet: string, turn: number | undefined): string {
  return turn === undefined ? `${fleet}-gate` : `${fleet}-gate-${turn}`;
}
