import type { KnownLayers } from "../proof/KnownLayers.ts";
import { readContents } from "../proof/contents.ts";
import { hasProof } from "../proof/whole.ts";
import { pullProof } from "../proof/transport.ts";
import { inspectImage } from "../../engine/images.ts";
import { layerArchives } from "../archive/layerArchives.ts";
import type { PlacedRequest } from "../../plan/buildRequest.ts";
import { lastRevision } from "./revision.ts";

/** Whether there is a proof of an image that was found: on this machine, else in the registry. */
export async function findProof({ inputs, registry }: PlacedRequest, image: string): Promise<boolean> {
  if (!hasProof(image) && registry) await pullProof(registry.prefix, inputs.layer, image);
  return hasProof(image);
}

/** What signs: a third of what a build loads. One that finds its image needs none of it, others load it while Packer works. */
export const loadSigning = () => import("../proof/attest.ts");

/** Writes and signs what an image that was just built is made of, and how. @param known what was read of its layers already. */
export async function proveImage(
  request: PlacedRequest,
  image: string,
  startedAt: Date,
  root: string,
  known?: KnownLayers,
): Promise<void> {
  const { id, inputs, inputDigest, parent } = request;
  const facts = await inspectImage(image);
  if (!facts)
    throw new Error(`image ${image}: expected in the engine after its build, got none; run up again`);
  const revision = lastRevision(root, inputs.files);
  const about = { place: id, digest: image, kind: "layer", inputs, inputDigest, parent, revision } as const;
  const { attest } = await loadSigning();
  await attest(root, { ...about, startedAt }, readContents(await layerArchives(facts), known));
}
