import type { Engine } from "../../engine/engine.ts";
import type { ServiceBoxes } from "./states.ts";

/** What the gate of a service is asked to see. */
export interface ServiceGateRequest extends ServiceBoxes {
  /** The service's id. */
  service: string;
  /** A manager; absent: this machine's engine. */
  manager?: Engine;
  /** The edges whose checks decide, with their engines; none: a box is well while it runs. */
  edges: { container: string; engine?: Engine }[];
  timeoutSeconds: number;
  steadySeconds: number;
}

/** Which service is to have no boxes any more. */
export interface DrainRequest {
  fleet: string;
  service: string;
  manager?: Engine;
  drainSeconds: number;
}

/** An image in the registry of the Swarm's machines. */
export interface Registered {
  /** `name@sha256:…` */
  manifest: string;
  /** What it runs on. */
  platform: { architecture: string; os: string };
}

/** Which image is wanted in the registry of the Swarm's machines. */
export interface RegisterRequest {
  /** Its place: base.python.catalog. */
  place: string;
  /** The image id: `sha256:…`. */
  image: string;
  inputDigest: string;
  /** Registry and path before the image's name. */
  prefix: string;
  /** Where a registry has it already: `name@sha256:…`. */
  manifest?: string;
}
