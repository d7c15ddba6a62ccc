import type { KnownLayers } from "../proof/KnownLayers.ts";
import { readContents, type Contents } from "../proof/contents.ts";
import { foundProblem } from "../proof/verify.ts";
import { pullProof } from "../proof/transport.ts";
import { inspectImage } from "../../engine/images.ts";
import { layerArchives } from "../archive/layerArchives.ts";
import { layerPath, missingLayers } from "../archive/store.ts";
import type { PlacedRequest } from "../../plan/buildRequest.ts";
import { usableBuildKey } from "../signing/key.ts";
import { signsKeyless } from "../signing/keyless.ts";
import { lastRevision } from "./revision.ts";

/** Why an image that was found is not believed: by what this machine knows of it, else the registry. Undefined where it is. */
export async function whyNotTrusted(
  { id, inputs, inputDigest, registry }: PlacedRequest,
  image: string,
  root: string,
): Promise<string | undefined> {
  const found = { name: id, digest: image };
  const problem = foundProblem(root, found, inputDigest);
  if (problem === undefined || !registry) return problem;
  await pullProof(registry.prefix, inputs.layer, image);
  return foundProblem(root, found, inputDigest);
}

/** What signs: a third of what a build loads. One that finds its image needs none of it, others load it while Packer works. */
export const loadSigning = () => import("../proof/attest.ts");

/** Refuses, before anything is built, what could not be signed afterwards: the key of this user has ended. */
export function refuseUnsignable(root: string): void {
  if (!signsKeyless(root)) usableBuildKey(root);
}

/** What layers hold together; undefined where an archive of one is not kept. @param known what was read of them already. */
export async function keptContents(
  layers: readonly string[],
  known: KnownLayers,
): Promise<Contents | undefined> {
  return (await missingLayers(layers)).length > 0 ? undefined : readContents(layers.map(layerPath), known);
}

/** Writes and signs what an image that was just built is made of, and how. @param contents where they were read already. */
export async function proveImage(
  request: Pick<PlacedRequest, "id" | "inputs" | "inputDigest" | "parent">,
  image: string,
  startedAt: Date,
  root: string,
  contents?: Contents,
): Promise<void> {
  const { id, inputs, inputDigest, parent } = request;
  const facts = await inspectImage(image);
  if (!facts)
    throw new Error(`image ${image}: expected in the engine after its build, got none; run up again`);
  const revision = lastRevision(root, inputs.files);
  const about = { place: id, digest: image, kind: "layer", inputs, inputDigest, parent, revision } as const;
  const { attest } = await loadSigning();
  await attest(root, { ...about, startedAt }, contents ?? readContents(await layerArchives(facts)));
}
