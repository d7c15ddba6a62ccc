import { createHash } from "node:crypto";
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import type { TarEntry } from "./tarEntry.ts";
import { endOfArchive, padding, tarHeader } from "./writeTar.ts";

/**
 * Never part of an image: what differs from build to build, belongs to one box, or is mounted by the engine. Patterns of paths
 * without a leading slash.
 */
export const neverInImages = [
  /^(run|tmp|dev|proc|sys|var\/tmp|var\/log|var\/lib\/apt\/lists|var\/cache\/apt|var\/cache\/ldconfig|var\/cache\/man)\/./,
  /^root\/\.(ansible|cache)(\/|$)/,
  /^(etc\/(hostname|hosts|resolv\.conf|mtab|machine-id|\.updated|\.pwd\.lock)|var\/\.updated|\.dockerenv|root\/\.bash_history)$/,
  /^var\/lib\/(systemd\/(random-seed|timers|catalog\/database|timesync|linger|coredump|rfkill)|dbus\/machine-id|private)(\/|$)/,
  /^var\/lib\/(dpkg\/(lock|lock-frontend|triggers\/Lock|.*-old)|apt\/periodic|ucf\/.*\.[0-9])$/,
  /^var\/cache\/debconf\/.*-old$/,
  // Bytecode that names its sources by their time; what the role `machine` compiles names them by their content.
  /^(?!usr\/lib\/fleet\/bytecode\/).*((^|\/)__pycache__(\/|$)|\.pyc$)/s,
];

/** Whether a path, without a leading slash, is never part of an image. */
export function leftOutOfImages(path: string): boolean {
  return neverInImages.some((pattern) => pattern.test(path));
}

/** What the layers of every image have, empty: the engine or systemd fills it in the box. */
export const emptiedFiles = ["etc/hostname", "etc/hosts", "etc/resolv.conf", "etc/machine-id"];

/**
 * The entries as they stand in a canonical layer: without what never belongs to an image, sorted by path (bytewise, so
 * parents come before their children), with no time later than `epochSeconds`. `base`: the layer has no parent, so the
 * files that engines mount over are kept, empty.
 */
export function canonicalEntries(
  entries: readonly TarEntry[],
  epochSeconds: number,
  base: boolean,
): TarEntry[] {
  const kept = entries.filter(({ path }) => path !== "" && !leftOutOfImages(path));
  const emptied = base ? emptiedFiles.map((path) => emptyFile(path, epochSeconds)) : [];
  const clamped = kept.map((entry) => ({ ...entry, mtime: Math.min(entry.mtime, epochSeconds) }));
  const byPath = new Map([...clamped, ...emptied].map((entry) => [entry.path, entry]));
  return linksAfterTargets(
    [...byPath.values()].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path))),
  );
}

function emptyFile(path: string, mtime: number): TarEntry {
  const nothing = {
    size: 0,
    offset: 0,
    target: "",
    deviceMajor: 0,
    deviceMinor: 0,
    xattrs: new Map<string, Buffer>(),
  };
  return {
    path,
    type: "file",
    mode: path === "etc/machine-id" ? 0o444 : 0o644,
    uid: 0,
    gid: 0,
    mtime,
    ...nothing,
  };
}

/**
 * Of the names of one file the first in order has the content and the others link to it, whatever name had it before.
 * A hard link whose content is in a lower layer stays as it is.
 */
function linksAfterTargets(entries: readonly TarEntry[]): TarEntry[] {
  const files = new Map(entries.filter(({ type }) => type === "file").map((entry) => [entry.path, entry]));
  const first = new Map<string, string>();
  return entries.map((entry) => {
    const content = entry.type === "link" ? entry.target : entry.path;
    const file = files.get(content);
    if (!file || (entry.type !== "link" && entry.type !== "file")) return entry;
    const name = first.get(content);
    if (name !== undefined)
      return { ...entry, type: "link", target: name, size: 0, xattrs: new Map<string, Buffer>() };
    first.set(content, entry.path);
    return { ...file, path: entry.path };
  });
}

/**
 * Writes entries of one tar as another.
 * @returns the archive's digest: `sha256:` and hexadecimal digits.
 */
export function writeLayer(source: number, entries: readonly TarEntry[], output: string): string {
  const hash = createHash("sha256");
  const target = openSync(output, "wx");
  const write = (data: Buffer) => {
    hash.update(data);
    writeSync(target, data);
  };
  try {
    for (const entry of entries) {
      write(tarHeader(entry));
      copy(source, entry, write);
      write(padding(entry.size));
    }
    write(endOfArchive);
  } finally {
    closeSync(target);
  }
  return `sha256:${hash.digest("hex")}`;
}

const chunkSize = 2 ** 20;

function copy(source: number, entry: TarEntry, write: (data: Buffer) => void): void {
  const chunk = Buffer.alloc(Math.min(chunkSize, entry.size));
  for (let done = 0; done < entry.size;) {
    const got = readSync(source, chunk, 0, Math.min(chunk.length, entry.size - done), entry.offset + done);
    if (got === 0) throw new Error(`layer entry ${entry.path}: expected ${entry.size} bytes, got ${done}`);
    write(chunk.subarray(0, got));
    done += got;
  }
}
