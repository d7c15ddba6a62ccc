import { claimImage } from "../../engine/claim.ts";
import { inspectImage, pullImage, pushImage, tagImage, type ImageFacts } from "../../engine/images.ts";
import { refuseOtherArchitecture } from "../../engine/platform.ts";
import { refuseImageStore } from "../../engine/imageStore.ts";
import { labels, localReference, registryReference } from "../../engine/labels.ts";
import type { BuildResult } from "../../plan/buildRequest.ts";
import { servicesIn } from "../existing/services.ts";
import { messageOf } from "../../work/message.ts";

/** Which image of a release is wanted in this engine. */
export interface TakeRequest {
  /** Its place: base.python.catalog. */
  id: string;
  /** The image id: `sha256:…`. */
  image: string;
  inputDigest: string;
  /** Where a registry has it: `name@sha256:…`. */
  manifest?: string;
  /** This environment's own registry; a copy is pushed there. */
  registry?: { prefix: string; push: boolean };
}

/** The image that is here now, and (by digest) its copy in this environment's own registry. */
export interface TakenImage extends BuildResult {
  manifest?: string;
}

/**
 * Sees to it that the engine has exactly this image: as it is, else pulled by digest; and that the environment's own registry
 * has a copy.
 * @throws Error when neither has it, or a registry gives another.
 */
export async function takeImage(request: TakeRequest): Promise<TakenImage> {
  await refuseImageStore();
  const facts = (await inspectImage(request.image)) ?? (await pullReleased(request));
  await refuseOtherArchitecture(`image ${request.id}`, facts);
  const layer = facts.Config.Labels?.[labels.layer] ?? layerOf(request);
  await tagImage(request.image, localReference(layer, request.inputDigest));
  await claimImage(request.image, layer, request.inputDigest);
  const manifest = request.registry?.push
    ? await copyToRegistry(request, layer, request.registry.prefix)
    : undefined;
  const services = await servicesIn(facts);
  const { id, inputDigest } = request;
  return { id, inputDigest, image: facts.Id, services, ...(manifest !== undefined && { manifest }) };
}

function layerOf({ id }: TakeRequest): string {
  return id.split(".").at(-1) ?? id;
}

/** From where the release says it is, else from this environment's own copy of an earlier day. */
async function pullReleased(request: TakeRequest): Promise<ImageFacts> {
  const { id, image, manifest, inputDigest, registry } = request;
  const own = registry && registryReference(registry.prefix, layerOf(request), inputDigest);
  const places = [manifest, own].filter((place) => place !== undefined);
  const reasons: string[] = [];
  for (const place of places) {
    const facts = await pulled(place).catch((error: unknown) => {
      reasons.push(messageOf(error));
      return undefined;
    });
    if (facts) return verified(request, facts);
  }
  const sought = ["in this engine", ...places.map((place) => `as ${place}`)].join(" or ");
  const problem = `image ${id}: expected ${image} ${sought}, got none; share a registry (registry: {prefix: …}) with the environment that built it, or bring it here by docker save and docker load`;
  throw new Error([problem, ...reasons].join("\n"));
}

async function pulled(reference: string): Promise<ImageFacts | undefined> {
  return (await pullImage(reference)) ? inspectImage(reference) : undefined;
}

function verified({ id, image }: TakeRequest, facts: ImageFacts): ImageFacts {
  if (facts.Id === image) return facts;
  throw new Error(
    `image ${id}: expected ${image} as the release says, got ${facts.Id}; nothing runs from it; record the release again`,
  );
}

/** Pushes the image and sees that the registry then has the very same. @returns where: `name@sha256:…`. */
async function copyToRegistry(request: TakeRequest, layer: string, prefix: string): Promise<string> {
  const { id, image, manifest, inputDigest } = request;
  if (manifest?.startsWith(`${prefix}/`)) return manifest;
  const remote = registryReference(prefix, layer, inputDigest);
  await tagImage(image, remote);
  await pushImage(remote);
  const name = `${prefix}/${layer}@`;
  const copy = (await inspectImage(image))?.RepoDigests?.find((each) => each.startsWith(name));
  const facts = copy === undefined ? undefined : await pulled(copy);
  if (copy === undefined || !facts)
    throw new Error(`image ${id}: expected a copy as ${remote}, got none; is the registry read-only?`);
  verified(request, facts);
  await copyProof(request, copy);
  return copy;
}

/** Others find the proof by it, this project does not. */
async function copyProof({ id, manifest }: TakeRequest, copy: string): Promise<void> {
  if (manifest === undefined) return;
  try {
    // Brings what verifies signatures, which most images that are taken need not here.
    const { copyProofs } = await import("../proof/attach.ts");
    await copyProofs(manifest, copy);
  } catch (error) {
    process.stderr.write(`image ${id}: its proof is not attached to the copy: ${messageOf(error)}\n`);
  }
}
