import { execa } from "execa";
import { claimImage } from "../../engine/claim.ts";
import { inspectImage, type ImageFacts } from "../../engine/docker.ts";
import { withEngine } from "../../engine/connection.ts";
import { refuseImageStore } from "../../engine/imageStore.ts";
import type { Engine } from "../../engine/engine.ts";

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
  return withEngine(engine, async (env) => {
    await refuseImageStore(`environment.engines.${engine.name}`, env);
    if (!(await inspectImage(image, env))) await bring(request, env, tell);
    await execa("docker", ["tag", image, reference], { env });
    const [layer = "", digest = ""] = reference.split("/").at(-1)?.split(":") ?? [];
    await claimImage(image, layer, digest, env);
  });
}

async function bring(request: ShipRequest, env: Record<string, string>, tell: (line: string) => void) {
  const { engine, place, image, manifest } = request;
  if (manifest !== undefined) {
    tell(`${engine.name} pulls ${place} as ${manifest}`);
    const pulled = await execa("docker", ["pull", "--quiet", manifest], { env, reject: false });
    if (!pulled.failed && (await inspectImage(image, env))) return;
  }
  tell(`${engine.name} is sent ${place}, ${megabytes(await inspectImage(image))} MB`);
  const save = execa("docker", ["save", image], { encoding: "buffer", buffer: { stdout: false } });
  await save.pipe("docker", ["load", "--quiet"], { env });
  if (await inspectImage(image, env)) return;
  throw new Error(
    `engine ${engine.name}: expected the image ${image} of ${place} after docker load, got another; nothing runs from it`,
  );
}

function megabytes(facts: ImageFacts | undefined): string {
  return facts ? String(Math.ceil(facts.Size / 1e6)) : "?";
}
