import type { Engine } from "../../engine/engine.ts";
import type { StepsRequest } from "../canary/request.ts";
import type { TurnsRequest } from "../surge/request.ts";

/** What a gate is asked to see. */
export interface GateRequest {
  fleet: string;
  /** Container ids by box name. */
  boxes: Record<string, string>;
  /** The applications that answer on each box; none: a box is well while it runs. */
  applications: { name: string; port: number }[];
  /** Container id of the edge whose checks decide. */
  edge?: string;
  /** A command that exits 0 in a box that can serve or works, beside what an edge checks. */
  ready?: string[];
  /** The engine of another machine that the boxes run on. */
  engine?: Engine;
  /** How requests go over to the boxes once they are healthy; until then they get none. Absent: as soon as the edge sees them healthy. */
  canary?: StepsRequest;
  /** How old boxes go as new ones come, so many at a time; absent: all of them after this gate. */
  turns?: TurnsRequest;
  timeoutSeconds: number;
  steadySeconds: number;
}
