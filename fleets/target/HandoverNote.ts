import type { HealthCheck } from "../../plan/glue/healthCheck.ts";

/** What whoever is handed a machine image must know to launch it. */
export interface HandoverNote {
  fleet: string;
  /** dev/3 */
  release: string;
  ami: string;
  region: string;
  /** Digest of the raw disk: the AMI's description has it. */
  diskDigest: string;
  instanceType: string;
  /** Who may launch it. */
  accounts: string[];
  /** Variables of its environment that are given here, by user data. */
  environment: Record<string, string>;
  /** Variables whose values are secret: whoever launches it gives their own. */
  secrets: string[];
  /** What answers when the box is well. */
  applications: ({ name: string } & HealthCheck)[];
  /** A box is well within this time. */
  startMinutes: number;
}
