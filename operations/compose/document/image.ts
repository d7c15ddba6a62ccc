import type { Service } from "../../../plan/service.ts";

/** The network of all boxes. */
export const network = "boxes";

/** The images of an environment by their place, as far as they are there. */
export type Images = ReadonlyMap<string, ComposeImage>;

/** An image that is there. */
export interface ComposeImage {
  /** How Compose finds it: its id, or `name@sha256:…` of a registry. */
  reference: string;
  /** Its id, `sha256:…`. */
  digest: string;
  services: Service[];
}
