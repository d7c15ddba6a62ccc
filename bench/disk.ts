import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sourceDateEpochSeconds as sourceDateEpoch } from "../plan/epoch.ts";
import { changedBlocks } from "../images/disk/raw/changedBlocks.ts";
import { copyDisk, createDisk } from "../images/disk/raw/disk.ts";
import { execute } from "../work/execute.ts";
import { applyToFileSystem } from "../images/disk/filesystem/applyToFileSystem.ts";
import { mke2fsArguments, makeFileSystem } from "../images/disk/filesystem/mke2fs.ts";
import { readLayer } from "../images/disk/layer/readLayer.ts";
import { endOfArchive, padding, tarHeader } from "../images/archive/writeTar.ts";
import { timed, type Figure } from "./table.ts";

const sizeMiB = 1536;
const uuid = "00000000-0000-4000-8000-000000000000";
const plain = {
  uid: 0,
  gid: 0,
  mtime: sourceDateEpoch,
  offset: 0,
  target: "",
  deviceMajor: 0,
  deviceMinor: 0,
  xattrs: new Map(),
};

/**
 * A disk from a root file system's tar, and layers applied to it, beside making the file system anew each time from a folder
 * (`tar`, then `mke2fs -d`), which is the usual way.
 */
export async function diskFigures(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "bench-disk-"));
  try {
    const base =
      process.env["FLEET_BENCH_ROOTFS"] ?? writeTar(join(folder, "base.tar"), "usr/lib", 12_000, 21_000);
    const ours = join(folder, "base.raw");
    const [seconds] = await timed(() => build(base, ours));
    const rebuilt = new Rebuild(folder);
    const [peerSeconds] = await timed(() => rebuilt.add(base));
    const megabytes = statSync(base).size / 1e6;
    const rate = (time: number): string => `${time.toFixed(1)} s, ${(megabytes / time).toFixed(0)} MB/s`;
    const what = `disk from a root file system of ${megabytes.toFixed(0)} MB`;
    const figures: Figure[] = [
      { what, ours: rate(seconds), peer: rate(peerSeconds), ratio: seconds / peerSeconds },
    ];
    for (const [name, files, bytes] of [
      ["30 files, 5 MB", 30, 175_000],
      ["3,000 files", 3000, 2000],
    ] as const)
      figures.push(
        ...(await layerFigures(
          name,
          writeTar(join(folder, "layer.tar"), "opt", files, bytes),
          ours,
          rebuilt,
        )),
      );
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function layerFigures(name: string, layer: string, base: string, rebuilt: Rebuild): Promise<Figure[]> {
  const child = `${base}.child`;
  const [seconds] = await timed(() => apply(base, layer, child));
  const changed = (await changedBlocks(base, child)).length;
  const before = rebuilt.disk;
  const [peerSeconds] = await timed(() => rebuilt.add(layer));
  const peerChanged = (await changedBlocks(before, rebuilt.disk)).length;
  return [
    {
      what: `layer of ${name}`,
      ours: `${seconds.toFixed(2)} s`,
      peer: `${peerSeconds.toFixed(2)} s`,
      ratio: seconds / peerSeconds,
    },
    {
      what: `layer of ${name}: changed blocks of 512 KiB`,
      ...{ ours: String(changed), peer: String(peerChanged), ratio: changed / peerChanged, goal: "≤ 64" },
    },
  ];
}

const place = (disk: string) => ({ disk, offsetBytes: 0, sizeBytes: sizeMiB * 1024 * 1024 });
const identity = { uuid, hashSeed: uuid, label: "root", sourceDateEpoch };

async function build(tar: string, disk: string): Promise<void> {
  await createDisk(disk, place(disk).sizeBytes);
  await makeFileSystem({ ...place(disk), ...identity });
  await applyToFileSystem(place(disk), readLayer(tar), { sourceDateEpoch, sizeMiB, setting: "sizeMiB" });
}

async function apply(parent: string, tar: string, child: string): Promise<void> {
  await copyDisk(parent, child);
  await applyToFileSystem(place(child), readLayer(tar), { sourceDateEpoch, sizeMiB, setting: "sizeMiB" });
}

/** The usual way: a folder that layers are unpacked into, made into a file system as a whole. */
export class Rebuild {
  readonly #tree: string;
  readonly #folder: string;
  #count = 0;
  disk = "";

  constructor(folder: string) {
    this.#folder = folder;
    this.#tree = join(folder, "tree");
    mkdirSync(this.#tree);
  }

  /** Unpacks a layer (without whiteouts) and makes the disk of it all. */
  async add(tar: string): Promise<void> {
    this.#count += 1;
    this.disk = join(this.#folder, `rebuilt-${this.#count}.raw`);
    await execute("tar", ["-C", this.#tree, "-xf", tar], { package: "tar" });
    await createDisk(this.disk, place(this.disk).sizeBytes);
    const args = mke2fsArguments({ ...place(this.disk), ...identity });
    await execute("mke2fs", ["-d", this.#tree, ...args], {
      env: { E2FSPROGS_FAKE_TIME: String(sourceDateEpoch) },
      package: "e2fsprogs",
    });
  }
}

/** A tar of files of random content, 50 to a directory, around the given size: a tenth, the same, or almost twice. */
function writeTar(file: string, top: string, count: number, averageBytes: number): string {
  const output = openSync(file, "w");
  const write = (path: string, content?: Buffer): void => {
    const size = content?.length ?? 0;
    const header = tarHeader({
      ...plain,
      path,
      type: content ? "file" : "directory",
      mode: content ? 0o644 : 0o755,
      size,
    });
    for (const part of [header, content ?? Buffer.alloc(0), padding(size)]) writeSync(output, part);
  };
  const folders = top.split("/").map((_, index, parts) => parts.slice(0, index + 1).join("/"));
  for (const folder of folders) write(folder);
  for (let index = 0; index < count; index += 1) {
    const folder = `${top}/${Math.floor(index / 50)}`;
    if (index % 50 === 0) write(folder);
    write(
      `${folder}/file-${index}`,
      noise(Math.round(averageBytes * ([0.1, 1, 1.9][index % 3] ?? 1)), index + 1),
    );
  }
  writeSync(output, endOfArchive);
  closeSync(output);
  return file;
}

/** Bytes that no zero block is among, the same every time (xorshift, Marsaglia 2003). */
function noise(size: number, seed: number): Buffer {
  const words = new Uint32Array(Math.ceil(size / 4));
  let state = seed * 2_654_435_761;
  for (let index = 0; index < words.length; index += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[index] = state;
  }
  return Buffer.from(words.buffer, 0, size);
}
