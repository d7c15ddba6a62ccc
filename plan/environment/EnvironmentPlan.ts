import type { EngineSettings } from "../../config/engines.ts";
import type { HostSettings } from "../../config/hosts.ts";
import type { AwsSettings, DataSettings, InstanceSettings, SwapSettings } from "../../config/instances.ts";
import type { MachineImageSettings } from "../../config/machineImages.ts";
import type { EdgeSettings, Environment } from "../../config/schema.ts";
import type { PlacedApplication } from "../glue/topology.ts";
import type { Told } from "../glue/told.ts";
import type { FleetLimits } from "../limits.ts";
import type { Recipes } from "../recipes.ts";

/** All that runs in an environment and all that is built for it, resolved once: plain data, which JSON keeps as it is. */
export interface EnvironmentPlan {
  images: ImagesPlan;
  machineImages?: MachineImagesPlan;
  /** What runs, by target, in the order in which it is run: each is given what those before it have. */
  targets: TargetPlan[];
  /** Mutable hosts of the fleets that have some, whatever their target: by fleet. */
  hosts: Record<string, HostSettings>;
  /** Names of the secrets that are made at the first run. */
  generatedSecrets: string[];
  /** The release that is taken; neither: images are built here. */
  takes: Pick<Environment, "release" | "promoteFrom">;
  /** Whether unsigned images are refused. */
  requiresSigned: boolean;
}

/** The images that are wanted, and what they are made of; a chain has the layers of an image, base first. */
export interface ImagesPlan extends Recipes {
  /** Of container images that boxes run. */
  containers: string[][];
  /** Of container images that machine images hold which are built here, by application. */
  held: Record<string, string[]>;
  /** All that are built here, in this order. */
  chains: string[][];
  /** Places of the machine images that boxes run. */
  machines: string[];
  /** The places of each fleet's images; absent: it has none. */
  fleets: Record<string, { image?: string; machineImage?: string }>;
}

/** Machine images that are built. */
export interface MachineImagesPlan {
  settings: MachineImageSettings;
  /** Made by this machine. */
  local: MachineImagePlan[];
  /** Made by instances in the cloud. */
  cloud: { fleet: string; chain: string[] }[];
}

/** A machine image that is made by this machine. */
export interface MachineImagePlan {
  fleet: string;
  chain: string[];
  /** Paths that live on volumes of their own, with their devices. */
  volumes: Record<string, string>;
  /** Places of the container images that it holds, by application. */
  held: Record<string, string>;
  trial: TrialPlan;
}

/** How a box of a machine image is tried before the image is published. */
export interface TrialPlan {
  told: Told;
  applications: FleetApplication[];
  /** Paths that live on volumes of their own. */
  mounts: string[];
}

/** What runs of one target, and what its fleets share. */
export type TargetPlan = ContainersPlan | HostsPlan | InstancesPlan | HandoverPlan | BeanstalkPlan;

/** Containers on this machine's engine, or on those of other machines, with the edge and the accessories. */
export interface ContainersPlan {
  target: "containers";
  /** Other machines, by name; none: this one. */
  engines: Record<string, EngineSettings>;
  edge?: EdgeBoxPlan;
  accessories: AccessoryPlan[];
  fleets: ContainerFleetPlan[];
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

/** A fleet of any target. */
export type FleetPlan = TargetPlan["fleets"][number];

/** An application on the boxes of a fleet. */
export interface FleetApplication {
  name: string;
  layer: string;
  port: number;
  health: string;
  public: boolean;
  /** Accessories by name. */
  uses: string[];
}

/** What is told of a fleet whatever its target. */
export interface SomeFleet {
  name: string;
  applications: FleetApplication[];
  /** The layers of its image, base first. */
  chain: string[];
  told: Told;
  boxes: number;
  drainSeconds: number;
  gate: { timeoutSeconds: number; steadySeconds: number };
}

export interface ContainerFleetPlan extends SomeFleet {
  target: "containers";
  limits: FleetLimits;
}

export interface HostFleetPlan extends SomeFleet {
  target: "hosts";
}

export interface InstanceFleetPlan extends SomeFleet {
  target: "instances";
  instances: InstanceSettings;
  swap?: SwapSettings;
  /** Where its boxes keep data, if they do. */
  data?: DataSettings;
  /** Ports of the accessories that its applications use. */
  accessoryPorts: number[];
  /** Ports of the applications that it reaches through the load balancer of the instances, by name. */
  balanced: Record<string, number>;
}

export interface HandoverFleetPlan extends SomeFleet {
  target: "handover";
  instances: InstanceSettings;
}

export interface BeanstalkFleetPlan extends SomeFleet {
  target: "beanstalk";
  /** The one on its boxes. */
  application: FleetApplication;
  instances: InstanceSettings;
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
  memory?: string;
  environment: Record<string, string>;
  /** Refuse to destroy the volume. */
  protect: boolean;
  /** Take a newer image. */
  update: boolean;
}

/** The edge, and what its configuration follows from. */
export interface EdgeBoxPlan {
  settings: EdgeSettings;
  chain: string[];
  applications: PlacedApplication[];
  /** Ports of all applications of the topology, run or not. */
  ports: number[];
  fleets: Record<string, { boxes: number; mutable: boolean }>;
  /** Longest time that a stopping edge gives to what is in flight. */
  drainSeconds: number;
}
