import type { DataSettings, InstanceSettings } from "../../config/instances.ts";
import type { CanarySettings } from "../../config/swap.ts";
import type { Told } from "../glue/told.ts";
import type { VolumeMount } from "../../config/volumes.ts";
import type { HealthCheck } from "../glue/healthCheck.ts";
import type { FleetLimits } from "../limits.ts";
import type { CanaryPlan } from "./canary.ts";
import type { TaskPlan } from "./tasks.ts";

/** A fleet of any target. */
export type FleetPlan =
  | ContainerFleetPlan
  | SwarmFleetPlan
  | HostFleetPlan
  | InstanceFleetPlan
  | HandoverFleetPlan
  | BeanstalkFleetPlan;

/** An application that takes requests on the boxes of a fleet. */
export interface FleetApplication extends HealthCheck {
  name: string;
  layer: string;
  public: boolean;
  /** Accessories by name. */
  uses: string[];
}

/** A further port of an application. */
export interface NamedPort {
  name: string;
  port: number;
}

/** An application without a port. */
export interface Worker {
  name: string;
  layer: string;
  /** Accessories by name. */
  uses: string[];
  /** Command that exits 0 in the box once it works; none: it runs steadily. */
  ready?: string[];
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
  /** The further ports of its applications, by names of their own (`shop.smtp`); absent: none. */
  ports?: NamedPort[];
  /** Those without a port, if any. */
  workers?: Worker[];
  /** What the boxes run instead of their image's command, if they do. */
  command?: string[];
  /** What runs once before its boxes are swapped, in this order; absent: nothing. */
  tasks?: TaskPlan[];
  /** How requests go over to new boxes; absent: as soon as they are healthy. */
  canary?: CanaryPlan;
  /** So many more boxes than there are to be may run at a time, fewer than all; absent: as many. */
  maxSurge?: number;
  /** The named volumes in its boxes; absent: none. */
  volumes?: VolumeMount[];
}

/** A fleet whose boxes are tasks of a Swarm's service. */
export interface SwarmFleetPlan extends SomeFleet {
  target: "swarm";
  limits: FleetLimits;
  /** The further ports of its applications, by names of their own; absent: none. */
  ports?: NamedPort[];
  /** What the boxes run instead of their image's command, if they do. */
  command?: string[];
  /** What is true of the machines that may have its boxes. */
  constraints: string[];
  /** Labels of machines over whose values its boxes are spread. */
  spread: string[];
  boxesPerMachine?: number;
  /** What a machine must have left for a box; absent: nothing. */
  reserved?: { memory?: string; cpus?: number };
}

export interface HostFleetPlan extends SomeFleet {
  target: "hosts";
}

export interface InstanceFleetPlan extends SomeFleet {
  target: "instances";
  instances: InstanceSettings;
  swap?: CanarySettings;
  /** Where its boxes keep data, if they do. */
  data?: DataSettings;
  /** Its name before: the volumes of its data are taken over. */
  renamedFrom?: string;
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
