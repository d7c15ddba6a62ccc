/** What the gate of a group of instances is asked to see. */
export interface InstanceGateRequest {
  fleet: string;
  region: string;
  /** Value of the tag by which the group's boxes are known. */
  group: string;
  /** How many boxes must be healthy. */
  boxes: number;
  /** ARNs: every box must be healthy in each. */
  targetGroups: string[];
  timeoutSeconds: number;
  steadySeconds: number;
}
