import { claimImage } from "../../engine/claim.ts";
import { inspectImage, pullImage, tagImage, type ImageFacts } from "../../engine/images.ts";
import { localReference, registryReference } from "../../engine/labels.ts";
import type { BuildLog } from "../../work/log.ts";
import type { PlacedRequest, BuildResult } from "../../plan/buildRequest.ts";
import { servicesIn } from "../existing/services.ts";

/**
 * An image that is called after the digest of these inputs: in the engine, else in the registry. Whoever writes there may call any image so:
 * `whyNotTrusted` says whether it is to be believed.
 */
export async function findImage(request: PlacedRequest, log: BuildLog): Promise<ImageFacts | undefined> {
  const { inputs, inputDigest, registry } = request;
  const local = localReference(inputs.layer, inputDigest);
  const present = await inspectImage(local);
  if (present) return present;
  if (!registry) return undefined;
  const remote = registryReference(registry.prefix, inputs.layer, inputDigest);
  log.step(`looks for ${remote}`);
  if (!(await pullImage(remote))) return undefined;
  await tagImage(remote, local);
  return inspectImage(local);
}

/** What somebody else may have built is ours too from now on. */
export async function claimedResult(request: PlacedRequest, image: ImageFacts): Promise<BuildResult> {
  await claimImage(image.Id, request.inputs.layer, request.inputDigest);
  return resultOf(request, image);
}

/** What the image says of itself. */
export async function resultOf(request: PlacedRequest, image: ImageFacts): Promise<BuildResult> {
  const services = await servicesIn(image);
  return { id: request.id, inputDigest: request.inputDigest, image: image.Id, services };
}
