import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { projectRoot } from "../../config/root.ts";
import { inspectImage, loadImage, saveImage } from "../../engine/images.ts";
import { writeImageArchive } from "../../images/archive/imageArchive.ts";
import { imageConfig } from "../../images/archive/imageConfig.ts";
import { savedLayers } from "../../images/archive/savedImage.ts";
import { storeLayer } from "../../images/archive/store.ts";
import { sourceDateEpochSeconds as epochSeconds } from "../../plan/epoch.ts";
import { cacheFolder } from "../../work/cache.ts";
import { entriesOf, type Entry } from "../images/archive/fixture.ts";

/** What a role may do to a container, in Python: names that are no UTF-8, links, devices, attributes, things left out. */
export const changes = `
import os, shutil, socket
os.makedirs("/root/.cache/uv"); os.makedirs("/opt/__pycache__"); os.makedirs("/srv/" + "d" * 120 + "/" + "e" * 150)
open("/root/.cache/uv/a", "w").write("cached")
for name in ("/srv/cached", "/usr/cached"): os.link("/root/.cache/uv/a", name)
for name in (b"/opt/caf\\xe9", b"/opt/\\xff", b"/opt/\\xfe", "/opt/gr\u00fc\u00dfe".encode()): open(name, "wb").write(name)
for name in ("/var/log/a", "/opt/a.log", "/opt/__pycache__/a.pyc", "/opt/lone.pyc"): open(name, "w").write(name)
os.symlink(b"caf\\xe9", b"/opt/to\\xff"); os.mkfifo("/opt/fifo"); os.mknod("/opt/null", 0o020666, os.makedev(1, 3))
open("/opt/able", "w").write("x"); os.chmod("/opt/able", 0o4755)
os.setxattr("/opt/able", "security.capability", bytes.fromhex("0100000200040000000000000000000000000000"))
holes = open("/opt/holes", "wb"); holes.truncate(1 << 20); holes.seek(1 << 19); holes.write(b"data"); holes.close()
sockets = socket.socket(socket.AF_UNIX); sockets.bind("/opt/socket"); os.link("/opt/null", "/opt/null2"); os.link(b"/opt/to\\xff", b"/opt/to2", follow_symlinks=False)
shutil.rmtree("/usr/share/doc"); os.makedirs("/usr/share/doc/apt"); shutil.rmtree("/usr/share/man"); open("/usr/share/man", "w").close()
os.remove("/usr/share/zoneinfo/UTC"); os.mkdir("/usr/share/zoneinfo/UTC"); os.setxattr("/opt/holes", "user.mine", b"\\xff"); os.chmod("/srv", 0o2775)
os.remove("/etc/issue"); os.chown("/opt/holes", 1234, 3000000); os.utime("/opt/holes", (9, 9))
`;

/** An image as a build makes it of a committed one, under a name. @returns its id. */
export async function canonicalImage(committed: string, reference: string): Promise<string> {
  const facts = await inspectImage(committed);
  const archive = temporary();
  try {
    await saveImage(committed, archive);
    const extent = savedLayers(archive).at(-1);
    const options = { epochSeconds, base: false, tell: () => undefined };
    const layer = storeLayer(archive, { ...options, ...(extent && { extent }) });
    const layers = [...(facts?.RootFS.Layers.slice(0, -1) ?? []), layer];
    const parts = { architecture: facts?.Architecture ?? "", os: "linux", services: [], enabledUnits: [] };
    const { json } = imageConfig({ ...parts, layers, epochSeconds, origin: {} });
    const id = writeImageArchive(archive, json, layers, [layer]);
    await loadImage(archive);
    await execa("docker", ["tag", id, reference]);
    return id;
  } finally {
    rmSync(archive, { force: true });
  }
}

/** That the layer of a container that ended is the same as it is committed and saved, read alone and by engines that show no folders. */
export async function equalLayers(container: string, committed: string, below: string): Promise<void> {
  const options = { epochSeconds, base: false, tell: () => undefined };
  const saved = temporary();
  const layerOf = async (file: string, image: string) => {
    await saveImage(image, file);
    const extent = savedLayers(file).at(-1);
    return storeLayer(file, { ...options, ...(extent && { extent }) });
  };
  try {
    const expected = await layerOf(saved, committed);
    const alone = await takeLayer(container, below);
    if (existsSync(alone)) assert.equal(storeLayer(alone, options), expected);
    else console.log("      not compared: expected overlay2, got another storage driver");
    const asImage = `${await takeLayer(container, below, "name=rootless")}.image`;
    const image = readFileSync(asImage, "utf8").trim();
    assert.equal(await layerOf(saved, image), expected);
    await execa("docker", ["image", "rm", "--force", image]);
    for (const file of [alone, asImage]) rmSync(file, { force: true });
  } finally {
    rmSync(saved, { force: true });
  }
}

/** Takes a layer as a build does. @param security what the engine says of its own. @returns where it is. */
async function takeLayer(container: string, below: string, security?: string): Promise<string> {
  const scripts = path.join(projectRoot, "images/packer/layer");
  const archive = temporary();
  const client = mkdtempSync(path.join(tmpdir(), "fleet-docker-"));
  const real = (await execa("which", ["docker"])).stdout;
  const info = security === undefined ? "" : `[ "$1" = info ] && echo "${security}" && exit\n`;
  writeFileSync(path.join(client, "docker"), `#!/bin/sh\n${info}exec ${real} "$@"\n`, { mode: 0o755 });
  const variables = { CONTAINER: container, PARENT: below, BUILD: "test", LAYER: archive, HERE: scripts };
  const env = { ...variables, PATH: `${client}:${process.env["PATH"] ?? ""}` };
  try {
    await execa("sh", [path.join(scripts, "take-layer.sh")], { env, input: "stopped\n" });
    return archive;
  } finally {
    rmSync(client, { recursive: true });
  }
}

/** One file of an image, with all its names. */
export type ImageFile = Omit<Entry, "content" | "xattrs" | "path"> & {
  contentDigest: string;
  xattrs: string[][];
  names: string[];
};

/** All files of an image by path, in order, as a container of it is exported. */
export async function filesOf(image: string): Promise<Map<string, ImageFile>> {
  const container = (await execa("docker", ["create", image, "none"])).stdout;
  const archive = temporary();
  try {
    await execa("docker", ["export", "--output", archive, container]);
    return byName(entriesOf(archive));
  } finally {
    rmSync(archive, { force: true });
    await execa("docker", ["rm", container]);
  }
}

/** Files without some names. */
export function without(
  files: ReadonlyMap<string, ImageFile>,
  gone: readonly string[],
): Map<string, ImageFile> {
  const left = [...files].filter(([name]) => !gone.includes(name));
  return new Map(
    left.map(([name, file]) => [name, { ...file, names: file.names.filter((each) => !gone.includes(each)) }]),
  );
}

function byName(entries: readonly Entry[]): Map<string, ImageFile> {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  const contentOf = (entry: Entry) => (entry.type === "link" ? entry.target : entry.path);
  const names = Map.groupBy(entries, contentOf);
  const sorted = [...byPath].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(
    sorted.map(([name, entry]) => {
      const file = byPath.get(contentOf(entry)) ?? entry;
      const all = (names.get(contentOf(entry)) ?? []).map((each) => each.path).sort();
      return [name, describe(file, all)];
    }),
  );
}

function describe({ path: _, content, xattrs, mtime, ...rest }: Entry, names: string[]): ImageFile {
  const contentDigest = createHash("sha256").update(content).digest("hex");
  const values = [...xattrs].map(([name, value]) => [name, value.toString("hex")]);
  return { ...rest, mtime: Math.min(mtime, epochSeconds), contentDigest, xattrs: values, names };
}

function temporary(): string {
  return path.join(cacheFolder("work"), `test-${randomBytes(4).toString("hex")}.tar`);
}
