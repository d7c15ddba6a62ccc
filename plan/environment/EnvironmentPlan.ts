import type { HostSettings } from "../../config/hosts.ts";
import type { Environment } from "../../config/schema.ts";
import type { ImagesPlan, MachineImagesPlan } from "./ImagesPlan.ts";
import type { TargetPlan } from "./TargetPlan.ts";

/** All that runs in an environment and all that is built for it, resolved once: plain data, which JSON keeps as it is. */
export interface EnvironmentPlan {
  images: ImagesPlan;
  machineImages?: MachineImagesPlan;
  /** What runs, by target, in the order in which it is run: each is given what those before it have. */
  targets: TargetPlan[];
  /** Mutable hosts of the fleets that have some, whatever their target: by fleet. */
  hosts: Record<string, HostSettings>;
  /** Secrets that are made at the first run, and anew whenever `rotated` is another text. */
  generatedSecrets: { name: string; rotated?: string }[];
  /** The release that is taken; neither: images are built here. */
  takes: Pick<Environment, "release" | "promoteFrom">;
  /** Whether unsigned images are refused. */
  requiresSigned: boolean;
}
