import { mkdtempSync, rmSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import { cacheFolder } from "../../work/cache.ts";
import { localEngine } from "../../engine/DockerClient.ts";
import { pullImage, pushImage, withContentOf } from "../../engine/images.ts";
import { keepProof, proofFolder } from "./store.ts";

/** Where a registry has the proof of an image: an image of its own, of three files. */
export function proofReference(prefix: string, layer: string, digest: string): string {
  return `${prefix}/${layer}:proof-${digest.replace("sha256:", "")}`;
}

/** Puts the proof of an image beside it in the registry. */
export async function pushProof(prefix: string, layer: string, digest: string): Promise<void> {
  const folder = mkdtempSync(path.join(cacheFolder("work"), "push-"));
  const archive = path.join(folder, "proof.tar");
  const reference = proofReference(prefix, layer, digest);
  try {
    await execa("tar", ["--create", `--file=${archive}`, `--directory=${proofFolder(digest)}`, "."]);
    await localEngine.run(["import", archive, reference]);
    await pushImage(reference);
    await localEngine.run(["image", "rm", reference]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Takes the proof of an image from the registry; nothing where it has none. */
export async function pullProof(prefix: string, layer: string, digest: string): Promise<void> {
  const reference = proofReference(prefix, layer, digest);
  if (!(await pullImage(reference))) return;
  const folder = mkdtempSync(path.join(cacheFolder("work"), "pull-"));
  try {
    await withContentOf(reference, "proof", (container) =>
      localEngine.run(["cp", `${container}:/.`, folder]),
    );
    keepProof(digest, folder);
  } finally {
    await localEngine.run(["image", "rm", reference]);
    rmSync(folder, { recursive: true, force: true });
  }
}
