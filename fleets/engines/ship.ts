import { claimImage } from "../../engine/claim.ts";
import { inspectImage, pullImage, tagImage, type ImageFacts } from "../../engine/images.ts";
import { localEngine, type DockerClient } from "../../engine/DockerClient.ts";
import { withEngine } from "../../engine/connection.ts";
import { refuseImageStore } from "../../engine/imageStore.ts";
import { refuseOtherArchitecture } from "../../engine/platform.ts";
import type { Engine } from "../../engine/engine.ts";
import { messageOf } from "../../work/message.ts";

/** Which image is wanted in the engine of another machine. */
export interface ShipRequest {
  engine: Engine;
  /** Its place: base.python.catalog. */
  place: string;
  /** The image id: `sha256:…`. */
  image: string;
  /** The name that keeps it there from being tidied away. */
  reference: string;
  /** Where a registry has it: `name@sha256:…`. */
  manifest?: string;
}

/**
 * Sees to it that an engine has exactly this image: as it is, else pulled by digest with this machine's credentials, else brought
 * from this machine's engine.
 * @throws Error when the engine is not reached, or has another image then.
 */
export function shipImage(request: ShipRequest, tell: (line: string) => void): Promise<void> {
  const { engine, image, reference } = request;
  return withEngine(engine, async (there) => {
    await refuseImageStore(`environment.engines.${engine.name}`, there);
    const facts = await inspectImage(image);
    if (facts) await refuseOtherArchitecture(`engine ${engine.name}, image ${request.place}`, facts, there);
    if (!(await inspectImage(image, there))) await bring(request, there, tell);
    await tagImage(image, reference, there);
    const [layer = "", digest = ""] = reference.split("/").at(-1)?.split(":") ?? [];
    await claimImage(image, layer, digest, there);
  });
}

async function bring(request: ShipRequest, there: DockerClient, tell: (line: string) => void) {
  const { engine, place, image, manifest } = request;
  if (manifest !== undefined) {
    tell(`${engine.name} pulls ${place} as ${manifest}`);
    // A registry that refuses or is out of its reach: this machine has it too.
    const pulled = await pullImage(manifest, there).catch(() => false);
    if (pulled && (await inspectImage(image, there))) return;
  }
  tell(`${engine.name} is sent ${place}, ${megabytes(await inspectImage(image))} MB`);
  await localEngine.sendImage(image, there).catch((error: unknown) => {
    throw new Error(`engine ${engine.name}: ${messageOf(error)}`, { cause: error });
  });
  if (await inspectImage(image, there)) return;
  throw new Error(
    `engine ${engine.name}: expected the image ${image} of ${place} after docker load, got another; nothing runs from it`,
  );
}

function megabytes(facts: ImageFacts | undefined): string {
  return facts ? String(Math.ceil(facts.Size / 1e6)) : "?";
}
