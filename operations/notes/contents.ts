import { createHash } from "node:crypto";
import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { execa } from "execa";
import { inspectImage } from "../../images/build/docker.ts";
import { indexTar } from "../../images/layer/readTar.ts";
import { layerPath } from "../../images/layer/store.ts";
import { dpkgPackages, versionsOf } from "../../images/proof/packages.ts";
import type { Packages } from "./packages.ts";

/** What of an image is compared. */
export interface ImageContents {
  packages: Packages;
  /** Command, user, environment, …, each as a text. */
  configuration: Record<string, string>;
  layers: string[];
}

/** Reads an image without running it. @throws Error when this engine does not have it. */
export async function readContents(image: string): Promise<ImageContents> {
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
  const created = await execa("docker", ["create", "--label", "immutable-fleets.look=notes", image, "none"]);
  const container = created.stdout.trim();
  try {
    const copied = await execa("docker", ["cp", `${container}:/var/lib/dpkg/status`, "-"], {
      reject: false,
      maxBuffer: 2 ** 28,
    });
    if (copied.exitCode === 0) return versionsOf(dpkgPackages(copied.stdout));
    if (/could not find the file/i.test(copied.stderr)) return {};
    throw new Error(
      `docker cp: expected the package database of ${image}, got ${copied.stderr}; run it again`,
    );
  } finally {
    await execa("docker", ["rm", container], { reject: false });
  }
}

/** The files in these layers by path, each with the digest of its content; undefined where a layer is not cached. */
export function filesIn(layers: readonly string[]): Record<string, string> | undefined {
  if (!layers.every((layer) => existsSync(layerPath(layer)))) return undefined;
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
