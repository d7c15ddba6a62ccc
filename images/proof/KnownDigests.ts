import { setImmediate } from "node:timers/promises";
import { ContentReader } from "../disk/layer/ContentReader.ts";
import type { LayerEntry } from "../disk/layer/entry.ts";
import { readLayer } from "../disk/layer/readLayer.ts";

/** How many bytes are read in one go before others have a turn. */
const turnBytes = 2 ** 22;

/** Digests of the files in archives of layers, each made once; archives that are kept are named by their content, and stay as they are. */
export class KnownDigests {
  readonly #known = new Map<string, string>();

  /** Hexadecimal SHA-256 of a file's content. */
  of(entry: LayerEntry, reader: ContentReader): string {
    const key = `${entry.offset} ${entry.file}`;
    const digest = this.#known.get(key) ?? reader.digest(entry);
    this.#known.set(key, digest);
    return digest;
  }

  /** Reads archives beforehand, while something else runs. Never throws: whoever needs what could not be read says so. */
  async readAhead(archives: readonly string[]): Promise<void> {
    const reader = new ContentReader();
    let read = 0;
    try {
      for (const archive of archives)
        for (const entry of readLayer(archive).entries.values()) {
          if (entry.type !== "file") continue;
          this.of(entry, reader);
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
