import { createReadStream, createWriteStream, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { link } from "node:fs/promises";
import * as path from "node:path";
import { pipeline } from "node:stream/promises";
import { removeAbandoned, syncFolder } from "../../../work/wholeFile.ts";
import type { BackupStore } from "./store.ts";

/** No backup takes this long: what is half-written since then was left by a kill. */
const abandonedMilliseconds = 24 * 3600_000;

/** A folder of this machine. Nobody else may read it. */
export function folderStore(folder: string): BackupStore {
  const place = (name: string) => path.join(folder, name);
  return {
    place,
    write: async (name, content) => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      removeAbandoned(folder, (each) => each.endsWith(".partial"), abandonedMilliseconds);
      const partial = place(`.${name}.${process.pid}.partial`);
      try {
        await pipeline(content, createWriteStream(partial, { mode: 0o600, flush: true }));
        // Unlike a new name by rename, it never replaces a file.
        await link(partial, place(name));
        syncFolder(folder);
      } finally {
        rmSync(partial, { force: true });
      }
    },
    read: (name) => Promise.resolve(createReadStream(place(name), { highWaterMark: 2 ** 18 })),
    list: () => Promise.resolve(existsSync(folder) ? names(folder) : []),
    remove: (name) => {
      rmSync(place(name), { force: true });
      return Promise.resolve();
    },
  };
}

function names(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith("."))
    .sort();
}
