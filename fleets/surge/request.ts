import type { Engine } from "../../engine/engine.ts";
import type { FleetPlace } from "../canary/request.ts";

/** A fleet that is swapped by turns, and where its boxes are. */
export interface TurnsPlace extends Pick<FleetPlace, "fleet" | "stack" | "network"> {
  /** What leads requests to them; absent: they take none. */
  leads?: Pick<FleetPlace, "door" | "backends">;
  /** The names of the boxes that there are to be. */
  names: string[];
  /** How long an old box has to finish what is under way. */
  drainSeconds: number;
}

/** What the gate of a turn does beside its looks. */
export interface TurnsRequest extends TurnsPlace {
  /** So many boxes more than there are to be may run at a time. */
  maxSurge: number;
  /** Whose gate it is, from 1. */
  turn: number;
}

/** What is asked before the first turn: JSON, on standard input of main.ts. */
export interface RoomRequest extends TurnsPlace {
  engine?: Engine;
}
