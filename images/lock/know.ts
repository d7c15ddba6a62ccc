import { claimImage } from "../../engine/claim.ts";
import { tagImage } from "../../engine/images.ts";
import { localReference } from "../../engine/labels.ts";

/** Makes an image what a layer of an input digest comes to, so that nothing is built for it. */
export async function knowImage(image: string, layer: string, inputDigest: string): Promise<void> {
  await Promise.all([
    tagImage(image, localReference(layer, inputDigest)),
    claimImage(image, layer, inputDigest),
  ]);
}
