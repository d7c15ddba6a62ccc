import { digestVariable, environmentVariable, type HostsRequest } from "../../fleets/hosts/request.ts";
import { commandType, type StateResource } from "./resource.ts";

/** The mutable hosts of a fleet, as a stack's state wants them. */
export interface WantedHostFleet {
  urn: string;
  request: HostsRequest;
  /** What all its hosts are told; their own name is not in it. Secrets are plain: never print a value. */
  environment: Record<string, string>;
  /** Digest of what its roles make: `sha256:…`. */
  content: string;
  /** When its hosts were last configured; undefined in states of old engines. */
  configured?: Date;
}

/** The fleets of mutable hosts in a state. */
export function wantedHostFleets(resources: readonly StateResource[]): WantedHostFleet[] {
  return resources
    .filter(
      ({ urn, type, pendingDelete }) =>
        type === commandType && urn.includes("fleet:index:HostFleet$") && !pendingDelete,
    )
    .map(({ urn, inputs, created }) => {
      const variables = inputs["environment"] as Record<string, string>;
      return {
        urn,
        request: JSON.parse(String(inputs["stdin"])) as HostsRequest,
        environment: JSON.parse(variables[environmentVariable] ?? "{}") as Record<string, string>,
        content: variables[digestVariable] ?? "",
        ...(created && { configured: created }),
      };
    });
}
