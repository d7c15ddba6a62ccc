import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { indexTar } from "./readTar.ts";
import type { Extent } from "./store.ts";

/** Where the layers of an image lie in the archive that `docker save` wrote, base first. */
export function savedLayers(archive: string): Extent[] {
  const file = openSync(archive, "r");
  try {
    const entries = new Map(indexTar(file, 0, fstatSync(file).size).map((entry) => [entry.path, entry]));
    const extent = (path: string): Extent => {
      const entry = entries.get(path);
      if (!entry) throw new Error(`${archive}: expected an entry ${path}, got none; is it an image archive?`);
      if (entry.type === "symlink") return extent(new URL(entry.target, `file:///${path}`).pathname.slice(1));
      return { start: entry.offset, end: entry.offset + entry.size };
    };
    const { start, end } = extent("manifest.json");
    const text = Buffer.alloc(end - start);
    readSync(file, text, 0, text.length, start);
    const [manifest] = JSON.parse(text.toString()) as { Layers: string[] }[];
    return (manifest?.Layers ?? []).map(extent);
  } finally {
    closeSync(file);
  }
}
