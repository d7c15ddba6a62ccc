import { z } from "zod";
import { docker, inspectImage, pullImage, type ImageFacts } from "../build/docker.ts";
import { labels, localReference, registryReference } from "../build/labels.ts";
import { serviceSchema, type BuildResult } from "../build/request.ts";

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

/**
 * Sees to it that the engine has exactly this image: as it is, else pulled by digest.
 * @throws Error when neither has it, or the registry gives another.
 */
export async function takeImage(request: TakeRequest): Promise<BuildResult> {
  const facts = (await inspectImage(request.image)) ?? (await pullByDigest(request));
  if (facts.Id !== request.image)
    throw new Error(
      `image ${request.id}: expected ${request.image} as the release says, got ${facts.Id}; nothing runs from it; record the release again`,
    );
  const layer = facts.Config.Labels?.[labels.layer] ?? request.id.split(".").at(-1) ?? request.id;
  await docker(["tag", request.image, localReference(layer, request.inputDigest)]);
  if (request.registry?.push) await copyToRegistry(request, layer, request.registry.prefix);
  const services = z.array(serviceSchema).parse(JSON.parse(facts.Config.Labels?.[labels.services] ?? "[]"));
  return { id: request.id, inputDigest: request.inputDigest, image: facts.Id, services };
}

async function pullByDigest({ id, image, manifest }: TakeRequest): Promise<ImageFacts> {
  const found =
    manifest !== undefined && (await pullImage(manifest)) ? await inspectImage(manifest) : undefined;
  if (found) return found;
  const places = manifest === undefined ? "in this engine" : `in this engine or as ${manifest}`;
  throw new Error(
    `image ${id}: expected ${image} ${places}, got none; share a registry (registry: {prefix: …}) with the environment that built it, or bring it here by docker save and docker load`,
  );
}

async function copyToRegistry({ image, manifest, inputDigest }: TakeRequest, layer: string, prefix: string) {
  if (manifest?.startsWith(`${prefix}/`)) return;
  const remote = registryReference(prefix, layer, inputDigest);
  await docker(["tag", image, remote]);
  await docker(["push", "--quiet", remote]);
}
