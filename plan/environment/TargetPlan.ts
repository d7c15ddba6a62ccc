import type { EngineSettings } from "../../config/engines.ts";
import type { AwsSettings } from "../../config/instances.ts";
import type { EdgeSettings } from "../../config/schema.ts";
import type { PlacedApplication } from "../glue/topology.ts";
import type { BoxShapePlan } from "../boxShape.ts";
import type { LogPlan } from "../logs.ts";
import type { BackupPlan } from "./backup.ts";
import type { SchedulesPlan } from "./schedules.ts";
import type {
  BeanstalkFleetPlan,
  ContainerFleetPlan,
  HandoverFleetPlan,
  HostFleetPlan,
  InstanceFleetPlan,
  SwarmFleetPlan,
} from "./FleetPlan.ts";

/** What runs of one target, and what its fleets share. */
export type TargetPlan =
  ContainersPlan | SwarmPlan | HostsPlan | InstancesPlan | HandoverPlan | BeanstalkPlan;

/** Containers on this machine's engine, or on those of other machines, with the edge and the accessories. */
export interface ContainersPlan {
  target: "containers";
  /** Other machines, by name; none: this one. */
  engines: Record<string, EngineSettings>;
  edge?: EdgeBoxPlan;
  accessories: AccessoryPlan[];
  /** Named volumes that the boxes of its fleets share. */
  volumes: SharedVolumePlan[];
  fleets: ContainerFleetPlan[];
  /** Boxes that run the schedules of its applications, beside their fleets; absent: none. */
  schedules?: SchedulesPlan[];
}

/** Containers on the machines of a Swarm, with an edge on some of them. */
export interface SwarmPlan {
  target: "swarm";
  /** A manager, by SSH; absent: this machine's engine. */
  manager?: EngineSettings;
  /** Machines that have an edge each, by name; none: the manager. */
  edges: Record<string, EngineSettings>;
  /** Where the machines have their images from: registry and path before the name. */
  registry: string;
  edge?: EdgeBoxPlan;
  fleets: SwarmFleetPlan[];
}

export interface HostsPlan {
  target: "hosts";
  fleets: HostFleetPlan[];
}

export interface InstancesPlan {
  target: "instances";
  aws: AwsSettings;
  /** Those on instances. */
  applications: PlacedApplication[];
  /** Where requests come in by an edge: whence it comes, and where boxes reach the applications that it has elsewhere. */
  edge?: { range: string; address?: string; ports: number[] };
  fleets: InstanceFleetPlan[];
}

/** Machine images that run elsewhere. */
export interface HandoverPlan {
  target: "handover";
  aws: AwsSettings;
  fleets: HandoverFleetPlan[];
}

export interface BeanstalkPlan {
  target: "beanstalk";
  aws: AwsSettings;
  /** ARN of the platform. */
  platform: string;
  /** Name of the application that takes the requests from outside. */
  entry?: string;
  fleets: BeanstalkFleetPlan[];
}

/** A named volume of applications. */
export interface SharedVolumePlan {
  name: string;
  /** Refuse to destroy it. */
  protect: boolean;
}

/** A stateful service that runs here. */
export interface AccessoryPlan {
  name: string;
  chain: string[];
  /** Path of its data in the box. */
  volume: string;
  /** Command that exits 0 in the box once it can serve. */
  ready: string[];
  volatile: string[];
  capabilities: string[];
  /** What its box runs instead of its image's command, if it does. */
  command?: string[];
  memory?: string;
  environment: Record<string, string>;
  /** Refuse to destroy the volume. */
  protect: boolean;
  /** Take a newer image. */
  update: boolean;
  /** Its name before: its volume is taken over. */
  renamedFrom?: string;
  backup?: BackupPlan;
  /** Command of its image that exits 0 where it takes the data as it is. */
  fits?: string[];
  /** Absent: as every box. */
  shape?: BoxShapePlan;
  /** Absent: as the engine's settings say. */
  logs?: LogPlan;
}

/** What asks an authority for certificates, in a box of its own beside the edge. */
export interface AcmePlan {
  directory: string;
  email: string;
  /** By which certificates the directory's address is trusted, in PEM; absent: those of the image. */
  roots?: string;
  /** The host names that have a certificate each. */
  names: string[];
  /** Refuse to destroy the volume. */
  protect: boolean;
}

/** A port of the edge, and at which one of the machine it is published. */
export interface PublishedPort {
  internal: number;
  external: number;
}

/** The edge, and what its configuration follows from. */
export interface EdgeBoxPlan {
  settings: EdgeSettings;
  chain: string[];
  applications: PlacedApplication[];
  /** Ports of all applications of the topology, run or not. */
  ports: number[];
  /** Absent: no certificates, or those that are given. */
  acme?: AcmePlan;
  /** Further ports of applications that are published beside the edge's own; absent: none. */
  published?: PublishedPort[];
  /** `isDealt`: its requests are dealt by shares, for a canary. */
  fleets: Record<string, { boxes: number; mutable: boolean; isDealt?: true }>;
  /** Longest time that a stopping edge gives to what is in flight. */
  drainSeconds: number;
  /** Absent: as the engine's settings say. */
  logs?: LogPlan;
}
