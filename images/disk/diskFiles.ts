import { closeSync, openSync, readSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { emptiedFiles } from "../archive/canonical.ts";
import { parentOf, plainEntry, type ContentRange, type Layer, type LayerEntry } from "./layer/entry.ts";

/** Where the disk says which image it is, in the form of a systemd EnvironmentFile. */
export const imageFilePath = "etc/fleet/image.env";

/** What the disk says about itself. */
export interface DiskFacts {
  /** Digest of the image, `sha256:…`. */
  digest: string;
  /** Mount path to device (`/dev/sdf`, `LABEL=…`) of declared volumes; formatted as ext4 when blank. */
  volumes?: Record<string, string>;
}

/** How the disk's own files are added to a layer. */
export interface DiskFileOptions {
  /** Time of the files, in seconds since 1970. */
  sourceDateEpoch: number;
  /** Folder that keeps their contents until the layer is applied. */
  folder: string;
  /** Whether the layer is the first on its disk. */
  base: boolean;
}

/** Files that a container engine provides, and a machine must have: the base disk brings them, no layer may. */
const machineFiles: Record<string, string> = {
  "etc/hostname": "localhost\n",
  "etc/hosts": "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n",
  // Empty, not absent: systemd gives each boot an id of its own, and does not take it for a first boot (machine-id(5)).
  "etc/machine-id": "",
};

/** Where images keep the entries that roles added to /etc/hosts, each in a line (images/packer/layer/mounted_files.py). */
const addedHosts = "usr/lib/fleet/hosts";

const resolver = { path: "etc/resolv.conf", target: "../run/systemd/resolve/stub-resolv.conf" };

/**
 * The layer with the files that the disk itself brings: on the base those that an engine would mount, /etc/hosts also where roles
 * of the layer added entries, and always the one
 * that reports the digest, which the machine's `fleet-box.service` hands to every service.
 * @throws Error for a digest or a volume that an environment file cannot hold.
 */
export function withDiskFiles(layer: Layer, facts: DiskFacts, options: DiskFileOptions): Layer {
  const { base, sourceDateEpoch: mtime } = options;
  const added = layer.entries.get(addedHosts);
  const contents = {
    ...(base ? machineFiles : {}),
    ...(added?.type === "file" && { "etc/hosts": `${machineFiles["etc/hosts"]}${readText(added)}` }),
    [imageFilePath]: imageFile(facts),
  };
  const entries = new Map([...layer.entries].filter(([path]) => !emptiedFiles.includes(path)));
  for (const [path, content] of Object.entries(contents)) {
    const directory = parentOf(path);
    const folder: LayerEntry = { ...plainEntry, path: directory, type: "directory", mode: 0o755, mtime };
    entries.set(directory, entries.get(directory) ?? folder);
    entries.set(path, fileEntry(path, content, options));
  }
  if (base) entries.set(resolver.path, { ...plainEntry, ...resolver, type: "symlink", mode: 0o777, mtime });
  return { ...layer, entries };
}

function readText({ file, offset, size }: ContentRange): string {
  const content = Buffer.alloc(size);
  const source = openSync(file, "r");
  try {
    readSync(source, content, 0, size, offset);
  } finally {
    closeSync(source);
  }
  return content.toString();
}

function fileEntry(path: string, content: string, { sourceDateEpoch, folder }: DiskFileOptions): LayerEntry {
  const file = join(folder, path.replaceAll("/", "-"));
  writeFileSync(file, content);
  const mode = path === "etc/machine-id" ? 0o444 : 0o644;
  return {
    ...plainEntry,
    path,
    type: "file",
    mode,
    mtime: sourceDateEpoch,
    size: Buffer.byteLength(content),
    file,
  };
}

/** Content of the file that says which image the disk holds. */
export function imageFile({ digest, volumes = {} }: DiskFacts): string {
  if (!/^sha256:[0-9a-f]{64}$/.test(digest))
    throw new Error(
      `digest: expected "sha256:" and 64 hexadecimal digits, got "${digest}"; pass the image's digest`,
    );
  const pairs = Object.entries(volumes).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [path, device] of pairs)
    if (!/^\/[\w./-]+$/.test(path) || !/^(\/dev\/|LABEL=|UUID=)[\w./-]+$/.test(device))
      throw new Error(
        `volumes["${path}"]: expected an absolute path and /dev/…, LABEL=… or UUID=…, got "${device}"; rename one`,
      );
  const lines = [`FLEET_IMAGE_DIGEST=${digest}`];
  if (pairs.length > 0)
    lines.push(`FLEET_VOLUMES="${pairs.map(([path, device]) => `${path}=${device}`).join(" ")}"`);
  return `${lines.join("\n")}\n`;
}
