import { lstatSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { cacheFolder } from "../../work/cache.ts";
import type { Item } from "./item.ts";

/** What is in the project's cache: layers, the records of root file systems, disks, files of packages, logs, and what killed runs left. */
export function cacheItems(): Item[] {
  return [
    ...files("layers", "layer", (file) => {
      const digest = `sha256:${path.basename(file, ".tar")}`;
      return { aliases: [`layer ${digest}`, digest] };
    }),
    // Of a layer's files, and named by it.
    ...files("layer-digests", "layer", (file) => ({ needs: [`layer sha256:${path.basename(file)}`] })),
    // A root is named by what it was made from, and says which layer that gave.
    ...files("roots", "root", (file) => ({ needs: [`layer ${readFileSync(file, "utf8").trim()}`] })),
    ...files("disks", "disk", (file) => {
      const digest = path.basename(file).replace(/\..*$/, "");
      return { aliases: [digest], needs: [`proof sha256:${digest}`] };
    }),
    // A record is named by what a disk was made from, and says which disk that gave.
    ...files("disk-records", "disk", (file) => ({
      needs: [readFileSync(file, "utf8").replace("sha256:", "")],
    })),
    // Known by its image's or disk's digest, so that whoever keeps that one keeps its proof.
    ...files("proofs", "proof", (file) => {
      const digest = `sha256:${path.basename(file)}`;
      return { aliases: [digest, `proof ${digest}`] };
    }),
    ...files("package-files", "package", (file) => ({ aliases: [path.basename(file).slice(0, 64)] })),
    // What a layer is made of is named by its input digest.
    ...files("package-uses", "package", (file) => ({
      aliases: [path.basename(file)],
      needs: readFileSync(file, "utf8").trim().split("\n"),
    })),
    // Made again from the project and from Galaxy, where they are wanted.
    ...files("packages/built", "package", () => ({})),
    ...files("galaxy", "package", () => ({})),
    ...files("logs", "log", () => ({})),
    ...files("work", "work", () => ({})),
  ];
}

function files(folder: string, kind: Item["kind"], more: (file: string) => Partial<Item>): Item[] {
  return readdirSync(cacheFolder(folder)).map((entry) => {
    const file = path.join(cacheFolder(folder), entry);
    const { mtime, atime } = lstatSync(file);
    // Copies and unpacking keep old times of change; reading is use too.
    const lastUsed = new Date(Math.max(mtime.getTime(), atime.getTime()));
    const item = {
      kind,
      id: file,
      name: `${folder}/${entry}`,
      aliases: [],
      needs: [],
      ours: true,
      inUse: false,
    };
    return { ...item, lastUsed, bytes: sizeOf(file), ...more(file) };
  });
}

/** What a file takes, or a folder with all that is in it. */
function sizeOf(file: string): number {
  const status = lstatSync(file);
  const inside = status.isDirectory() ? readdirSync(file).map((entry) => sizeOf(path.join(file, entry))) : [];
  return inside.reduce((sum, each) => sum + each, status.blocks * 512);
}
