import type { LayerPackage, PackageRepository } from "../config/packages.ts";
import type { BaseSource, Configuration } from "../config/schema.ts";
import type { LayerPlay } from "./ansible/layerPlay.ts";
import type { FileDigests } from "./digest.ts";
import type { LockedPlace } from "./lockedPackages.ts";
import type { Update } from "./updates.ts";

/** All that a layer is made from, apart from its parent: the source of its input digest, and of the reason to rebuild. */
export interface LayerInputs {
  layer: string;
  /** What a base is made of. */
  from?: BaseSource;
  /** An existing image, pinned by its digest: it is taken as it is, but for the files that it is given. */
  image?: string;
  /** Files and folders of the project by their places in an existing image. Absent: none. */
  places?: Record<string, string>;
  roles: string[];
  /** The existing playbook that makes the layer, instead of roles. */
  play?: LayerPlay;
  /** What makes the layer, where it is not Ansible. */
  steps?: ProvisionerSteps;
  variables: Record<string, unknown>;
  /** Applications whose container images the layer holds, and what their containers may do there. Absent: none. */
  holds?: Record<string, HeldApplication>;
  files: FileDigests;
  /** Packages by name: made of a folder of the project, whose files are among `files`, or pinned. Absent: none. */
  packages?: Record<string, LayerPackage>;
  /** The layers in whose images packages are built, by name, each with those below it, base first. Absent: none. */
  builders?: Record<string, PlacedInputs[]>;
  /** Where pinned packages come from, by name, without passwords. Absent: only from the base's own repositories. */
  repositories?: Record<string, PackageRepository>;
  /** Packages that the layer has in these versions at least, as the lock file says. Absent: none. */
  updates?: Record<string, Update>;
  /** The exact packages that the layer adds in its place, as the lock file says. Absent: whatever there is when it is built. */
  locked?: LockedPlace["packages"];
  /** Versions of the tools that matter. */
  tools: Record<string, string>;
}

/** A layer in its place (`base.node`), and what it is made from. */
export interface PlacedInputs {
  place: string;
  inputs: LayerInputs;
  /** Patterns of files that hold no secret, whatever they look like. */
  noSecrets?: string[];
}

/** What a container of an application may do, wherever it runs. */
export type HeldApplication = Pick<Configuration["applications"][string], "volatile" | "capabilities">;

/** The steps of a layer whose provisioner is not Ansible. */
export interface ProvisionerSteps {
  provisioner: "shell" | "puppet" | "chef";
  /** Scripts or manifests by their paths in the project; recipes by name. */
  run: string[];
  /** Folder of modules or cookbooks, in the project. */
  library?: string;
}
