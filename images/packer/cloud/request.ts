import type { CloudSettings } from "../../../config/machineImages.ts";
import { inputDigest, type LayerInputs } from "../../../plan/inputs.ts";
import { canonicalJson, sha256 } from "../../../plan/digest.ts";

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
  layers: CloudLayer[];
}

/**
 * One layer, and what it is found by: the digest of its inputs, of the layers below, and of what the lowest stands on. Without
 * the digests of its files, of which there may be more than an argument of a program may hold.
 */
export interface CloudLayer {
  place: string;
  inputs: Omit<LayerInputs, "files">;
  digest: string;
}

/** The layers with their digests; known before anything is built, since no layer's digest needs the AMI below. */
export function cloudLayers(
  layers: readonly { place: string; inputs: LayerInputs }[],
  sourceAmi: string,
): CloudLayer[] {
  let below = sourceAmi;
  return layers.map(({ place, inputs: { files, ...inputs } }) => {
    below = inputDigest({ ...inputs, files }, below);
    return { place, inputs, digest: below };
  });
}

/** SHA-256 (hexadecimal) of all that the machine image is made from. */
export function cloudInputDigest(request: Pick<CloudRequest, "layers" | "sizeMiB">): string {
  return sha256(
    canonicalJson({
      builder: "cloud",
      size: request.sizeMiB,
      top: request.layers.at(-1)?.digest ?? "",
    }),
  );
}

/**
 * What stands for the disk's digest: nobody here sees the disk, so it names what that is made from.
 * @returns `sha256:…`
 */
export function cloudDiskDigest(request: Pick<CloudRequest, "layers" | "sizeMiB">): string {
  return `sha256:${sha256(`cloud ${cloudInputDigest(request)}`)}`;
}
