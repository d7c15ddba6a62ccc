/** What is asked of a canary: JSON, the only argument of main.ts. */
export interface CanaryRequest {
  fleet: string;
  region: string;
  /** The rules that send the fleet's requests somewhere, and the new group's target group for each. */
  rules: TrafficRule[];
  /** Take the new group out of the rules, instead of leading requests to it. */
  withdraw: boolean;
  /** Percent of the requests for the new group, step by step. */
  percents: number[];
  /** How long each step lasts. */
  bakeSeconds: number;
  /** Names of the CloudWatch alarms that undo the swap. */
  alarms: string[];
  /** Value of the tag by which the new group's boxes are known. */
  group: string;
}

/** A rule of a listener, known by its priority: its ARN is not known where it is made after the canary. */
export interface TrafficRule {
  listener: string;
  priority: number;
  /** ARN of the new group's target group. */
  to: string;
}
