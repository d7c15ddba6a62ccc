import type { Sandbox } from "../sandbox/sandbox.ts";

/** The part of Pulumi.dev.yaml that tests change. */
export interface EnvironmentSection {
  edge: {
    layer: string;
    port: number;
    tls?: { certificates?: string[]; acme?: object; port: number };
    metrics?: { port: number };
  };
  fleets: Record<string, FleetSection>;
}

/** How one fleet runs. */
export interface FleetSection {
  boxes: number;
  target?: string;
  hosts?: object;
  environment?: Record<string, string>;
  drainSeconds?: number;
  swap?: object;
  gate?: { timeoutSeconds?: number; steadySeconds?: number };
}

/** Changes the environment section of the sandbox's stack file. */
export function editEnvironment(sandbox: Sandbox, change: (environment: EnvironmentSection) => void): void {
  sandbox.edit("Pulumi.dev.yaml", (document: { config: Record<string, EnvironmentSection> }) => {
    const section = document.config["immutable-fleets:environment"];
    if (!section)
      throw new Error("Pulumi.dev.yaml: expected an environment section, got none; correct the test");
    change(section);
  });
}

/** Changes how one fleet runs. */
export function editFleet(sandbox: Sandbox, fleet: string, change: (section: FleetSection) => void): void {
  editEnvironment(sandbox, ({ fleets }) => {
    const section = fleets[fleet];
    if (!section) throw new Error(`Pulumi.dev.yaml: expected the fleet ${fleet}, got none; correct the test`);
    change(section);
  });
}
