import { localReference, registryReference } from "../../engine/labels.ts";
import { pushImage, tagImage } from "../../engine/images.ts";
import type { PlacedRequest } from "../../plan/buildRequest.ts";
import type { BuildLog } from "../../work/log.ts";
import { messageOf } from "../../work/message.ts";
import { shareFiles } from "../lock/registryStore.ts";
import { attachProof } from "../proof/attach.ts";
import { pushProof } from "../proof/transport.ts";

/** Pushes an image, its proof and the packages that it is locked to, under its input digest, where the registry is to have what is built here. */
export async function publishImage(
  request: PlacedRequest,
  image: string,
  root: string,
  log: BuildLog,
): Promise<void> {
  const { id, inputs, inputDigest, registry } = request;
  if (!registry?.push) return;
  const remote = registryReference(registry.prefix, inputs.layer, inputDigest);
  log.step(`pushes ${remote}`);
  await tagImage(localReference(inputs.layer, inputDigest), remote);
  await pushImage(remote);
  await pushProof(registry.prefix, inputs.layer, image);
  try {
    await attachProof(root, { name: id, digest: image }, `${registry.prefix}/${inputs.layer}`, inputDigest);
  } catch (error) {
    // Others find the proof by it, this project does not.
    log.step(`its proof is not attached for others: ${messageOf(error)}`);
  }
  await shareFiles(request, (line) => {
    log.step(line);
  });
}
