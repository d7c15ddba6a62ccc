import { localReference, registryReference } from "../../engine/labels.ts";
import { pushImage, tagImage } from "../../engine/images.ts";
import type { PlacedRequest } from "../../plan/buildRequest.ts";
import type { BuildLog } from "../../work/log.ts";
import { shareFiles } from "../lock/registryStore.ts";
import { pushProof } from "../proof/transport.ts";

/** Pushes an image, its proof and the packages that it is locked to, under its input digest, where the registry is to have what is built here. */
export async function publishImage(request: PlacedRequest, image: string, log: BuildLog): Promise<void> {
  const { inputs, inputDigest, registry } = request;
  if (!registry?.push) return;
  const remote = registryReference(registry.prefix, inputs.layer, inputDigest);
  log.step(`pushes ${remote}`);
  await tagImage(localReference(inputs.layer, inputDigest), remote);
  await pushImage(remote);
  await pushProof(registry.prefix, inputs.layer, image);
  await shareFiles(request, (line) => {
    log.step(line);
  });
}
