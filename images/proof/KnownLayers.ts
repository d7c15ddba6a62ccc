import { readFileSync } from "node:fs";
import * as path from "node:path";
import { setImmediate } from "node:timers/promises";
import { ContentReader } from "../disk/layer/ContentReader.ts";
import type { Layer, LayerEntry } from "../disk/layer/entry.ts";
import { readLayer } from "../disk/layer/readLayer.ts";
import { cacheFolder } from "../../work/cache.ts";
import { writeWhole } from "../../work/wholeFile.ts";

/** How many bytes are read in one go before others have a turn. */
const turnBytes = 2 ** 22;
/** Of a SHA-256 in hexadecimal digits, and of the end of a line. */
const lineLength = 65;

/**
 * Archives of layers and the digests of their files, each read once; archives that are kept are named by their content, and stay as they
 * are. So the digests of the files of a layer that others stand on are kept, too, from build to build.
 */
export class KnownLayers {
  readonly #layers = new Map<string, Layer>();
  readonly #digests = new Map<string, string>();

  /** What an archive holds. @throws Error as readLayer does. */
  layer(archive: string): Layer {
    const layer = this.#layers.get(archive) ?? readLayer(archive);
    this.#layers.set(archive, layer);
    return layer;
  }

  /** Hexadecimal SHA-256 of a file's content. */
  digestOf(entry: LayerEntry, reader: ContentReader): string {
    const digest = this.#digests.get(keyOf(entry)) ?? reader.digest(entry);
    this.#digests.set(keyOf(entry), digest);
    return digest;
  }

  /** Reads archives of the cache beforehand, while something else runs. Never throws: whoever needs what could not be read says so. */
  async readAhead(archives: readonly string[]): Promise<void> {
    try {
      for (const archive of archives) await this.#know(archive);
    } catch {
      // An archive may not be there yet.
    }
  }

  async #know(archive: string): Promise<void> {
    const files = [...this.layer(archive).entries.values()].filter(({ type }) => type === "file");
    const kept = path.join(cacheFolder("layer-digests"), path.basename(archive, ".tar"));
    const digests = keptDigests(kept, files.length);
    if (digests) for (const [at, file] of files.entries()) this.#digests.set(keyOf(file), digests[at] ?? "");
    else {
      await this.#readAll(files);
      writeWhole(kept, files.map((file) => `${this.#digests.get(keyOf(file)) ?? ""}\n`).join(""));
    }
  }

  async #readAll(files: readonly LayerEntry[]): Promise<void> {
    const reader = new ContentReader();
    let read = 0;
    try {
      for (const file of files) {
        this.digestOf(file, reader);
        read += file.size;
        if (read < turnBytes) continue;
        await setImmediate();
        read = 0;
      }
    } finally {
      reader.close();
    }
  }
}

function keyOf({ offset, file }: LayerEntry): string {
  return `${offset} ${file}`;
}

/** A digest a line, for each file of an archive in its order; undefined where none are kept, or others. */
function keptDigests(file: string, count: number): string[] | undefined {
  try {
    const text = readFileSync(file, "latin1");
    if (text.length !== count * lineLength) return undefined;
    const lines = text.split("\n").slice(0, -1);
    return lines.every((line) => /^[0-9a-f]{64}$/.test(line)) ? lines : undefined;
  } catch {
    return undefined;
  }
}
