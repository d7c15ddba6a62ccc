import { appendFileSync, closeSync, openSync, readSync, statSync, writeFileSync, writeSync } from "node:fs";
import { layerPath } from "./store.ts";
import type { TarEntry } from "./tarEntry.ts";
import { endOfArchive, padding, tarHeader } from "./writeTar.ts";
import { sha256 } from "../../plan/digest.ts";

/**
 * Writes an image as the archive that `docker load` reads (Docker image specification v1.2).
 * @param included the layers that go into the archive; the engine takes the others from what it has.
 * @returns the image's id, `sha256:…` of its configuration.
 */
export function writeImageArchive(
  output: string,
  config: string,
  layers: readonly string[],
  included: readonly string[],
): string {
  const digest = sha256(config);
  const name = (layer: string) => `${layer.replace("sha256:", "")}/layer.tar`;
  const manifest = [{ Config: `${digest}.json`, RepoTags: null, Layers: layers.map(name) }];
  writeFileSync(output, "");
  appendText(output, `${digest}.json`, config);
  for (const layer of new Set(included)) appendFile(output, name(layer), layerPath(layer));
  appendText(output, "manifest.json", JSON.stringify(manifest));
  appendFileSync(output, endOfArchive);
  return `sha256:${digest}`;
}

function plainFile(path: string, size: number): TarEntry {
  const nothing = { uid: 0, gid: 0, mtime: 0, offset: 0, target: "", deviceMajor: 0, deviceMinor: 0 };
  return { ...nothing, path, type: "file", mode: 0o644, size, xattrs: new Map() };
}

function appendText(output: string, path: string, text: string): void {
  const content = Buffer.from(text);
  appendFileSync(
    output,
    Buffer.concat([tarHeader(plainFile(path, content.length)), content, padding(content.length)]),
  );
}

function appendFile(output: string, path: string, file: string): void {
  const { size } = statSync(file);
  appendFileSync(output, tarHeader(plainFile(path, size)));
  const source = openSync(file, "r");
  const target = openSync(output, "a");
  const chunk = Buffer.alloc(2 ** 20);
  for (let got = readSync(source, chunk); got > 0; got = readSync(source, chunk))
    writeSync(target, chunk, 0, got);
  writeSync(target, padding(size));
  closeSync(source);
  closeSync(target);
}
