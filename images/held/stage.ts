import * as path from "node:path";
import { z } from "zod";
import { localEngine } from "../../engine/DockerClient.ts";
import { inspectImage, withContentOf } from "../../engine/images.ts";
import { labels } from "../../engine/labels.ts";
import { serviceSchema } from "../../plan/service.ts";
import type { BuildLog } from "../../work/log.ts";
import type { PlacedRequest } from "../../plan/buildRequest.ts";
import { heldFolder, rootOf, runtimeConfig, type HeldImage } from "./bundle.ts";

/** One container image, as the role `contained` unpacks and runs it. */
export interface Contained {
  application: string;
  /** The image id: `sha256:…`. */
  image: string;
  /** The tar of its root file system, on the machine that builds. */
  archive: string;
  /** Where that is unpacked. */
  root: string;
  /** Its container's configuration (opencontainers/runtime-spec). */
  configuration: object;
  stop_signal: string;
}

/** What the engine says of an image beside what is read elsewhere. */
interface RunFacts {
  Config: {
    Entrypoint?: string[] | null;
    Cmd?: string[] | null;
    Env?: string[] | null;
    User?: string;
    WorkingDir?: string;
    StopSignal?: string;
    Labels?: Record<string, string> | null;
  };
}

/** Takes the container images that a layer holds out of the engine, for the role `contained`; nothing for other layers. */
export async function stageHeld(
  { inputs, held = {} }: Pick<PlacedRequest, "inputs" | "held">,
  work: string,
  log: BuildLog,
): Promise<{ contained_folder: string; contained_images: Contained[] } | undefined> {
  if (!inputs.holds) return undefined;
  const images: Contained[] = [];
  for (const [application, settings] of Object.entries(inputs.holds)) {
    const id = held[application] ?? "";
    log.step(`takes ${application} (${id.slice(0, 19)}) out of the engine`);
    const { image, stopSignal } = await heldImage(application, id);
    const archive = path.join(work, `${application}.tar`);
    await exportRoot(id, archive);
    images.push({
      application,
      image: id,
      archive,
      root: rootOf(id),
      configuration: runtimeConfig(image, settings),
      stop_signal: stopSignal,
    });
  }
  return { contained_folder: heldFolder, contained_images: images };
}

async function heldImage(application: string, id: string): Promise<{ image: HeldImage; stopSignal: string }> {
  const facts = (await inspectImage(id)) as RunFacts | undefined;
  if (!facts)
    throw new Error(
      `applications.${application}: expected the image ${id} in this engine, got none; run up again after "npm run refresh"`,
    );
  const { Entrypoint, Cmd, Env, User = "", WorkingDir = "", StopSignal = "SIGTERM" } = facts.Config;
  if (!/^\d+:\d+$/.test(User))
    throw new Error(
      `applications.${application}: expected an image of one service that stays in the foreground, got one for systemd; give it one service, or leave it out of holds`,
    );
  const command = [...(Entrypoint ?? []), ...(Cmd ?? [])];
  const told = facts.Config.Labels?.[labels.services] ?? "[]";
  const [service] = z.array(serviceSchema).parse(JSON.parse(told));
  const { groups = [], folders = [], owned = [], capabilities: rights = [] } = service ?? {};
  const image = { id, command, environment: Env ?? [], user: User, workingDirectory: WorkingDir };
  return { image: { ...image, groups, folders, owned, rights }, stopSignal: StopSignal };
}

/** The root file system of an image, its layers put together. */
async function exportRoot(image: string, archive: string): Promise<void> {
  await withContentOf(image, "held", (container) =>
    localEngine.run(["export", "--output", archive, container]),
  );
}
