import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import type { LayerEntry } from "../disk/layer/entry.ts";
import { mergeLayers } from "../disk/layer/mergeLayers.ts";
import { readLayer } from "../disk/layer/readLayer.ts";
import {
  describeFile,
  dpkgPackages,
  enabledUnits,
  groupNames,
  passwdUsers,
  type Manifest,
} from "./manifest.ts";

const chunkBytes = 2 ** 20;

/** What the root of a chain of layers holds (uncompressed tars, lowest first). Reads every file: a second for each 300 MB. */
export function layersManifest(layers: readonly string[]): Manifest {
  const { entries } = mergeLayers(layers.map(readLayer));
  const reader = new ContentReader();
  try {
    const text = (path: string): string => {
      const entry = entries.get(path);
      return entry ? reader.read(entry).toString("utf8") : "";
    };
    const { users, names } = passwdUsers(text("etc/passwd"));
    const groups = groupNames(text("etc/group"));
    const described = [...entries.values()].map((entry) => {
      const { path, mode, uid, gid } = entry;
      const facts = {
        type: entry.type,
        mode,
        owner: names.get(uid) ?? String(uid),
        group: groups.get(gid) ?? String(gid),
        content: entry.type === "file" ? reader.digest(entry) : entry.target,
      };
      return [path, describeFile(facts)] as const;
    });
    return {
      packages: dpkgPackages(text("var/lib/dpkg/status")),
      files: Object.fromEntries(described),
      users,
      services: enabledUnits(entries.keys()),
    };
  } finally {
    reader.close();
  }
}

/** Contents of entries, read from the archives in which they lie. */
class ContentReader {
  readonly #open = new Map<string, number>();
  readonly #chunk = Buffer.alloc(chunkBytes);

  digest(entry: LayerEntry): string {
    const hash = createHash("sha256");
    this.#each(entry, (part) => void hash.update(part));
    return hash.digest("hex");
  }

  read(entry: LayerEntry): Buffer {
    const parts: Buffer[] = [];
    this.#each(entry, (part) => void parts.push(Buffer.from(part)));
    return Buffer.concat(parts);
  }

  close(): void {
    for (const descriptor of this.#open.values()) closeSync(descriptor);
  }

  #each({ file, offset, size }: LayerEntry, use: (part: Buffer) => void): void {
    const descriptor = this.#open.get(file) ?? openSync(file, "r");
    this.#open.set(file, descriptor);
    for (let done = 0; done < size;) {
      const got = readSync(descriptor, this.#chunk, 0, Math.min(chunkBytes, size - done), offset + done);
      if (got === 0)
        throw new Error(`${file}: expected ${size - done} more bytes at ${offset + done}, got none`);
      use(this.#chunk.subarray(0, got));
      done += got;
    }
  }
}
