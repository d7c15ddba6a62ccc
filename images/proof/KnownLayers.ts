import { setImmediate } from "node:timers/promises";
import { ContentReader } from "../disk/layer/ContentReader.ts";
import type { Layer, LayerEntry } from "../disk/layer/entry.ts";
import { readLayer } from "../disk/layer/readLayer.ts";

/** How many bytes are read in one go before others have a turn. */
const turnBytes = 2 ** 22;

/** Archives of layers and the digests of their files, each read once; archives that are kept are named by their content, and stay as they are. */
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
    const key = `${entry.offset} ${entry.file}`;
    const digest = this.#digests.get(key) ?? reader.digest(entry);
    this.#digests.set(key, digest);
    return digest;
  }

  /** Reads archives beforehand, while something else runs. Never throws: whoever needs what could not be read says so. */
  async readAhead(archives: readonly string[]): Promise<void> {
    const reader = new ContentReader();
    let read = 0;
    try {
      for (const archive of archives)
        for (const entry of this.layer(archive).entries.values()) {
          if (entry.type !== "file") continue;
          this.digestOf(entry, reader);
          read += entry.size;
          if (read < turnBytes) continue;
          await setImmediate();
          read = 0;
        }
    } catch {
      // An archive may not be there yet.
    } finally {
      reader.close();
    }
  }
}
