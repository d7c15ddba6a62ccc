import type { VaultSource } from "../config/play.ts";
import type { LayerInputs } from "./inputs.ts";
import type { Service } from "./service.ts";

/** What one build of a layer is asked to do, as far as it is known before the layer below is built. */
export interface BuildRequest {
  /** Where the layer stands: `base.python.catalog`. */
  id: string;
  inputs: LayerInputs;
  /** Places of the container images that the layer holds, by application. */
  heldPlaces?: Record<string, string>;
  /** No file of the layer is newer: seconds since 1970. */
  epochSeconds: number;
  /** Patterns of files that hold no secret, whatever they look like. */
  noSecrets?: string[];
  /** Where the password of the play's vault files comes from. */
  vault?: VaultSource;
  /** A registry that shares images, and whether to push there. */
  registry?: { prefix: string; push: boolean };
}

/**
 * How a build holds to what the lock file has of its layer. `open`: what the lock does not know is entered; `frozen`: it is refused; `renewed`:
 * where locked versions can be had no more, all is taken as the mirror has it, and entered.
 */
export type LockMode = "open" | "frozen" | "renewed";

/** A request whose parent is known. */
export interface PlacedRequest extends BuildRequest {
  /** Hexadecimal SHA-256 over the inputs and the parent. */
  inputDigest: string;
  /** Image id of the layer below; absent for a base. */
  parent?: string;
  /** Image ids of the container images that the layer holds, by application. */
  held?: Record<string, string>;
  /** Passwords of the package repositories, by name. */
  passwords?: Record<string, string>;
  /** Absent: as the environment says. */
  lock?: LockMode;
}

/** What a build prints on standard output: the state keeps it. */
export interface BuildResult {
  id: string;
  inputDigest: string;
  /** The image id: `sha256:…`. */
  image: string;
  services: Service[];
}
