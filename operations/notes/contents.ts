import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { localEngine } from "../../engine/DockerClient.ts";
import { inspectImage, withContentOf } from "../../engine/images.ts";
import { indexTar } from "../../images/archive/readTar.ts";
import { layerPath, missingLayers } from "../../images/archive/store.ts";
import { installedPackages } from "../../images/proof/installed.ts";
import { dpkgDatabase, versionsOf } from "../../images/proof/packages.ts";
import { rpmDatabases } from "../../images/proof/rpmDatabase.ts";
import type { Packages } from "./packages.ts";

const tarBlock = 512;

/** What of an image is compared. */
export interface ImageContents {
  packages: Packages;
  /** Command, user, environment, …, each as a text. */
  configuration: Record<string, string>;
  layers: string[];
}

/** Reads an image without running it. @throws Error when this engine does not have it. */
export async function readImageContents(image: string): Promise<ImageContents> {
  const facts = await inspectImage(image);
  if (!facts)
    throw new Error(
      `image ${image}: expected in the engine, got none; pull it, or run up on this machine first`,
    );
  const config = facts.Config as Record<string, unknown>;
  const compared = ["Cmd", "Entrypoint", "User", "WorkingDir", "StopSignal"];
  const environment = ((config["Env"] ?? []) as string[]).map((line) => {
    const at = line.indexOf("=");
    return [`environment ${line.slice(0, at)}`, line.slice(at + 1)] as const;
  });
  return {
    packages: await packagesOf(image),
    configuration: {
      ...Object.fromEntries(compared.map((name) => [name, JSON.stringify(config[name] ?? null)])),
      ...Object.fromEntries(environment),
    },
    layers: facts.RootFS.Layers,
  };
}

/** The packages of an image; none where it has no database that is known here. */
async function packagesOf(image: string): Promise<Packages> {
  return withContentOf(image, "notes", async (container) => {
    const databases = [dpkgDatabase, ...rpmDatabases.flatMap((each) => [each, `${each}-wal`])];
    const found = new Map<string, Buffer>();
    for (const file of databases) {
      const content = await copyOut(container, file);
      if (content) found.set(file, content);
    }
    return versionsOf(installedPackages((file) => found.get(file)));
  });
}

/** A file of a container; undefined where it has none such. */
async function copyOut(container: string, file: string): Promise<Buffer | undefined> {
  const copied = await localEngine.bytes(["cp", "--follow-link", `${container}:/${file}`, "-"]);
  if (copied.exitCode === 0) return onlyFile(copied.stdout);
  const reason = copied.stderr;
  if (/could not find the file|no such file/i.test(reason)) return undefined;
  throw new Error(`docker cp: expected /${file} of an image, got ${reason}; run it again`);
}

/** The content of the only file in a tar; what stands before it says more about it (pax headers). */
function onlyFile(archive: Buffer): Buffer {
  let at = 0;
  for (;;) {
    const size = parseInt(archive.toString("latin1", at + 124, at + 136), 8);
    const content = at + tarBlock;
    if (!["x", "g"].includes(archive.toString("latin1", at + 156, at + 157)))
      return archive.subarray(content, content + size);
    at = content + Math.ceil(size / tarBlock) * tarBlock;
  }
}

/** The files in these layers by path, each with the digest of its content; undefined where a layer is not cached. */
export async function filesIn(layers: readonly string[]): Promise<Record<string, string> | undefined> {
  if ((await missingLayers(layers)).length > 0) return undefined;
  return Object.fromEntries(layers.flatMap(filesOfLayer));
}

function filesOfLayer(layer: string): [string, string][] {
  const file = openSync(layerPath(layer), "r");
  try {
    const entries = indexTar(file, 0, fstatSync(file).size);
    return (
      entries
        // Marks of removed files and hidden folders are no files of the image.
        .filter(({ type, path }) => type === "file" && !/(^|\/)\.wh\.[^/]*$/.test(path))
        .map(({ path, offset, size }) => [`/${path}`, contentDigest(file, offset, size)])
    );
  } finally {
    closeSync(file);
  }
}

function contentDigest(file: number, offset: number, size: number): string {
  const content = Buffer.alloc(size);
  readSync(file, content, 0, size, offset);
  return createHash("sha256").update(content).digest("hex");
}
