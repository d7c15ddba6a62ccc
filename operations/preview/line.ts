import type { Cause } from "../../plan/causes.ts";
import type { SwapCost } from "./swapCost.ts";

/** What happens to a layer: `build`; `follow`: built only if the image below comes out different; `keep`. */
export interface LayerLine {
  id: string;
  action: "build" | "follow" | "keep" | "remove";
  causes: Cause[];
  /** An existing image, which is taken as it is. */
  existing?: true;
  /** Id of the image that is there already for these inputs: it is found, and nothing is built. */
  found?: string;
}

/** What happens to a fleet's machine image: `follow`: built only if the image of its layers comes out different. */
export interface MachineLine {
  fleet: string;
  action: LayerLine["action"];
  causes: Cause[];
}

/** The steps of a canary: percent of the requests for new boxes, and how long each lasts. */
export interface CanarySteps {
  percents: number[];
  bakeSeconds: number;
}

/** How boxes take over by turns. */
export interface SwapTurns {
  turns: number;
  /** So many boxes more than there are to be run at a time, at most. */
  maxSurge: number;
}

/** What happens to a fleet's boxes, or to an accessory or the edge. */
export interface FleetLine {
  name: string;
  /** `follow`: swapped only if its image comes out different; `move`: from containers to instances, or back. */
  action: "create" | "swap" | "follow" | "scale" | "move" | "remove" | "keep";
  /** Of a move. */
  movesTo?: "containers" | "instances";
  /** Image ids; `to` is absent while it is not yet built. */
  from?: string;
  to?: string;
  /** How many boxes there are, and how many there will be. */
  boxesBefore: number;
  boxesAfter: number;
  /** What of the boxes' run specification changes, apart from the image. */
  specification: string[];
  /** Of a swap of instances. */
  cost?: SwapCost;
  /** Of a swap by turns. */
  turns?: SwapTurns;
  /** Of a swap in which requests go over step by step. */
  canary?: CanarySteps;
}
