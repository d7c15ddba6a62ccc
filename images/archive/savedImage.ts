import { createHash } from "node:crypto";
import { closeSync, createReadStream, createWriteStream, fstatSync, openSync, readSync } from "node:fs";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { indexTar } from "./readTar.ts";
import type { Extent } from "./store.ts";
import type { TarEntry } from "./tarEntry.ts";

/** One layer in the archive that `docker save` wrote. */
export interface SavedLayer extends Extent {
  /** How the layer's archive is compressed there; undefined: not at all. */
  compression?: "gzip" | "zstd";
  /** Digest of the archive as it is uncompressed, `sha256:…`, as the image's configuration says. */
  diffId: string;
}

const magics = { gzip: "1f8b", zstd: "28b52ffd" } as const;

/**
 * Where the layers of an image lie in the archive that `docker save` wrote, base first: by its manifest.json, else as an OCI
 * image layout (image-layout.md), in which layers may be compressed.
 */
export function savedLayers(archive: string): SavedLayer[] {
  const file = openSync(archive, "r");
  try {
    const saved = new SavedImage(archive, file);
    const { config, layers } = saved.manifest();
    const { rootfs } = saved.json(config) as { rootfs?: { diff_ids?: string[] } };
    return layers.map((path, index) => {
      const extent = saved.extent(path);
      const compression = compressionAt(file, extent);
      return { ...extent, ...(compression && { compression }), diffId: rootfs?.diff_ids?.[index] ?? "" };
    });
  } finally {
    closeSync(file);
  }
}

/**
 * Writes a layer's archive, uncompressed, as a file.
 * @throws Error when it is not the one of the expected digest.
 */
export async function extractLayer(archive: string, layer: SavedLayer, output: string): Promise<void> {
  const hash = createHash("sha256");
  const hashing = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const source = createReadStream(archive, { start: layer.start, end: layer.end - 1 });
  const target = createWriteStream(output);
  if (layer.compression === undefined) await pipeline(source, hashing, target);
  else await pipeline(source, decompressor(layer.compression), hashing, target);
  const got = `sha256:${hash.digest("hex")}`;
  if (got !== layer.diffId) throw new Error(`expected the layer ${layer.diffId}, got ${got}`);
}

function decompressor(compression: "gzip" | "zstd"): Transform {
  return compression === "gzip" ? createGunzip() : createZstdDecompress();
}

function compressionAt(file: number, { start }: Extent): SavedLayer["compression"] {
  const head = Buffer.alloc(4);
  readSync(file, head, 0, head.length, start);
  const known = (["gzip", "zstd"] as const).find((each) => head.toString("hex").startsWith(magics[each]));
  return known;
}

interface Descriptor {
  digest: string;
  annotations?: Record<string, string>;
}

/** The files of a saved image, by their paths in its archive. */
class SavedImage {
  readonly #archive: string;
  readonly #file: number;
  readonly #entries: ReadonlyMap<string, TarEntry>;

  constructor(archive: string, file: number) {
    this.#archive = archive;
    this.#file = file;
    const entries = indexTar(file, 0, fstatSync(file).size);
    this.#entries = new Map(entries.map((entry) => [entry.path, entry]));
  }

  extent(path: string): Extent {
    const entry = this.#entries.get(path);
    if (!entry)
      throw new Error(`${this.#archive}: expected an entry ${path}, got none; is it an image archive?`);
    if (entry.type === "symlink")
      return this.extent(new URL(entry.target, `file:///${path}`).pathname.slice(1));
    return { start: entry.offset, end: entry.offset + entry.size };
  }

  json(path: string): unknown {
    const { start, end } = this.extent(path);
    const text = Buffer.alloc(end - start);
    readSync(this.#file, text, 0, text.length, start);
    return JSON.parse(text.toString());
  }

  /** Paths of the configuration and of the layers, base first. */
  manifest(): { config: string; layers: string[] } {
    if (this.#entries.has("manifest.json") || !this.#entries.has("index.json")) {
      const [saved] = this.json("manifest.json") as { Config: string; Layers: string[] }[];
      return { config: saved?.Config ?? "", layers: saved?.Layers ?? [] };
    }
    return this.#manifestOf("index.json");
  }

  /** An index leads to manifests, perhaps through others; the first that the archive has and that is an image's counts. */
  #manifestOf(path: string): { config: string; layers: string[] } {
    const { manifests, config, layers } = this.json(path) as {
      manifests?: Descriptor[];
      config?: Descriptor;
      layers?: Descriptor[];
    };
    if (!manifests) return { config: blobPath(config), layers: (layers ?? []).map(blobPath) };
    const isThere = (each: Descriptor) =>
      this.#entries.has(blobPath(each)) && each.annotations?.["vnd.docker.reference.type"] === undefined;
    const found = manifests.find(isThere);
    if (!found) throw new Error(`${this.#archive}: expected an image's manifest in ${path}, got none`);
    return this.#manifestOf(blobPath(found));
  }
}

function blobPath(descriptor: Descriptor | undefined): string {
  return `blobs/${(descriptor?.digest ?? "").replace(":", "/")}`;
}
