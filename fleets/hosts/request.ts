import type { HostSettings } from "../../config/hosts.ts";
import type { VaultSource } from "../../config/play.ts";
import type { HealthCheck } from "../../plan/glue/healthCheck.ts";
import type { LayerInputs } from "../../plan/inputs.ts";
import type { FleetHost } from "../../plan/host.ts";

/** What configuring a fleet's hosts is asked to do, without its secrets. */
export interface HostsRequest {
  fleet: string;
  /** What the hosts are to have, base first. */
  layers: LayerInputs[];
  /** Where the passwords of vault files come from, by layer. */
  vaults?: Record<string, VaultSource>;
  hosts: FleetHost[];
  settings: HostSettings;
  /** The applications that answer on each host. */
  applications: ({ name: string } & HealthCheck)[];
  /** Whether an edge sends them requests. */
  edge: boolean;
  /** Longest time that a host's requests in flight are waited for. */
  drainSeconds: number;
  gate: { timeoutSeconds: number; steadySeconds: number };
}

/** A request while it is carried out. */
export interface RunningRequest extends HostsRequest {
  /** The container of the door whose edges send requests to the hosts; empty where none does. */
  door: string;
}

/** The environment variable that has the hosts' environment, as JSON: it may hold secrets. A long one is in several (environmentParts). */
export const environmentVariable = "FLEET_HOST_ENVIRONMENT";
/** The environment variable that has the door: known once it runs. */
export const doorVariable = "FLEET_DOOR";
/** The environment variable that has the digest of what the roles make of the hosts. */
export const digestVariable = "FLEET_CONTENT_DIGEST";
