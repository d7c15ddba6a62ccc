import type { HostSettings } from "../config/hosts.ts";

/** One mutable host of a fleet. */
export interface FleetHost {
  /** As the inventory calls it. */
  name: string;
  /** Where the edge and SSH reach it. */
  address: string;
}

/** The hosts of a fleet, by name. */
export interface FleetHosts {
  hosts: FleetHost[];
  /** SHA-256 (hexadecimal) over all that the inventory says of them; a change configures them anew. */
  inventoryDigest: string;
  settings: HostSettings;
}

/** The name of a host among the edge's servers. */
export function serverName(host: string): string {
  return `host-${host}`;
}
