import type { CloudSettings } from "../../../config/machineImages.ts";
import { inputDigest, type LayerInputs } from "../../plan/inputs.ts";
import { canonicalJson, sha256 } from "../../plan/digest.ts";

/** What main.ts is asked for, as JSON: a machine image of layers that instances build, base first. */
export interface CloudRequest {
  /** The fleet. */
  name: string;
  region: string;
  /** Base address of AWS instead of its own. */
  endpoint?: string;
  encrypted: boolean;
  kmsKeyArn?: string;
  /** MiB of the root volume, rounded up to GiB. */
  sizeMiB: number;
  settings: CloudSettings;
  layers: { place: string; inputs: LayerInputs }[];
}

/** One layer, and what it is found by: the digest of its inputs, of the layers below, and of what the lowest stands on. */
export interface CloudLayer {
  place: string;
  inputs: LayerInputs;
  digest: string;
}

/** The layers with their digests; known before anything is built, since no layer's digest needs the AMI below. */
export function cloudLayers({
  layers,
  settings: { sourceAmi },
}: Pick<CloudRequest, "layers" | "settings">): CloudLayer[] {
  let below = sourceAmi;
  return layers.map((layer) => {
    below = inputDigest(layer.inputs, below);
    return { ...layer, digest: below };
  });
}

/** SHA-256 (hexadecimal) of all that the machine image is made from. */
export function cloudInputDigest(request: Pick<CloudRequest, "layers" | "settings" | "sizeMiB">): string {
  return sha256(
    canonicalJson({
      builder: "cloud",
      size: request.sizeMiB,
      top: cloudLayers(request).at(-1)?.digest ?? "",
    }),
  );
}

/**
 * What stands for the disk's digest: nobody here sees the disk, so it names what that is made from.
 * @returns `sha256:…`
 */
export function cloudDiskDigest(request: Pick<CloudRequest, "layers" | "settings" | "sizeMiB">): string {
  return `sha256:${sha256(`cloud ${cloudInputDigest(request)}`)}`;
}
