import type { MachineImageSettings } from "../../config/machineImages.ts";
import type { Told } from "../glue/told.ts";
import type { Recipes } from "../recipes.ts";
import type { FleetApplication } from "./FleetPlan.ts";

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
