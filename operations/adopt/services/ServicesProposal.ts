import type { BoxKeys } from "../../../config/boxKeys.ts";
import type { ProposedSecret } from "./ProposedSecrets.ts";
import type { ToldLine } from "./told.ts";

/** What another tool's file would become: configuration that passes the check once its images are pinned, and what has to be said. */
export interface ServicesProposal {
  topology: {
    layers: Record<string, object>;
    applications: Record<string, ProposedApplication>;
    accessories: Record<string, ProposedAccessory>;
    fleets: Record<string, { applications: string[] }>;
  };
  environment: ProposedEnvironment;
  secrets: ProposedSecret[];
  /** What each service becomes, in words, in the order of the file. */
  parts: { service: string; becomes: string }[];
  lines: ToldLine[];
}

/** Named volumes, and where they are in its boxes. */
export type ProposedVolumes = Record<string, string | { path: string; readOnly: true }>;

interface ProposedTask {
  command: string[];
}

/** As in Pulumi.yaml. */
export interface ProposedApplication extends BoxKeys {
  image?: string;
  of?: string;
  files?: Record<string, string>;
  command?: string[];
  volatile?: string[];
  capabilities?: string[];
  port?: number;
  health?: string;
  public?: true;
  pathPrefixes?: string[];
  stripPathPrefix?: true;
  ready?: string[];
  uses?: string[];
  volumes?: ProposedVolumes;
  tasks?: Record<string, ProposedTask>;
  before?: string[];
}

/** As in Pulumi.yaml. */
export interface ProposedAccessory extends BoxKeys {
  image: string;
  files?: Record<string, string>;
  command?: string[];
  volatile?: string[];
  capabilities?: string[];
  port: number;
  volume: string;
  ready: string[];
}

type Variables = Record<string, string>;

/** As in Pulumi.STACK.yaml. */
export interface ProposedEnvironment {
  edge?: { layer: string; port?: number; address?: string };
  hosts?: Record<string, string[]>;
  logs?: { driver: string; options: Record<string, string> };
  accessories?: Record<string, { memory?: string; environment?: Variables }>;
  applications?: Record<string, { environment: Variables }>;
  fleets: Record<string, ProposedPlacement>;
}

export interface ProposedPlacement {
  boxes?: number;
  memory?: string;
  cpus?: number;
  drainSeconds?: number;
  gate?: { timeoutSeconds: number };
  swap?: { maxSurge: number };
}
