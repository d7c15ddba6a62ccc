import type { HostSettings } from "../../config/hosts.ts";
import type { LayerInputs } from "../../images/plan/inputs.ts";
import type { FleetHost } from "./host.ts";

/** What configuring a fleet's hosts is asked to do, without its secrets. */
export interface HostsRequest {
  fleet: string;
  /** `project/stack`: whose edges send requests to the hosts. */
  stack: string;
  /** What the hosts are to have, base first. */
  layers: LayerInputs[];
  hosts: FleetHost[];
  settings: HostSettings;
  /** The applications that answer on each host. */
  applications: { name: string; port: number; health: string }[];
  /** Whether an edge sends them requests. */
  edge: boolean;
  /** Longest time that a host's requests in flight are waited for. */
  drainSeconds: number;
  gate: { timeoutSeconds: number; steadySeconds: number };
}

/** The environment variable that has the hosts' environment, as JSON: it may hold secrets. */
export const environmentVariable = "FLEET_HOST_ENVIRONMENT";
/** The environment variable that has the digest of what the roles make of the hosts. */
export const digestVariable = "FLEET_CONTENT_DIGEST";
