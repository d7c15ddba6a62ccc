import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import * as path from "node:path";
import { architectureOf } from "../../plan/architecture.ts";
import { readLock } from "../../plan/lockFile.ts";
import {
  distributionPackages,
  isOfRpm,
  type LockedPackage,
  type LockedPlace,
} from "../../plan/lockedPackages.ts";
import { localPackages } from "../../plan/packages.ts";
import type { LockMode, PlacedRequest } from "../../plan/buildRequest.ts";
import { cacheFolder } from "../../work/cache.ts";
import { messageOf } from "../../work/message.ts";
import { readInventory } from "../proof/store.ts";
import { findPackage, keepPackage, priorityBeside } from "./packageStore.ts";
import { pipConstraints } from "./registry/constraints.ts";
import { takeFromRegistry } from "./registryStore.ts";
import { npmVersions } from "./registry/npmVersions.ts";
import { holdingTemplate, lockSettings } from "./settings.ts";

/** Scripts that take the place of those of images/packer/layer for layers in the lock file; in `box`, those that run in the box. */
const lockedScripts = "images/packer/locked";

/** The folder of a build with what its scripts read of the lock, and what they tell. */
export function lockWorkFolder({ inputDigest }: Pick<PlacedRequest, "inputDigest">): string {
  return path.join(cacheFolder("work"), `lock-${inputDigest}`);
}

/** Where files of the store are for the time of a build, in what is made: below what is in no layer. */
function filesAt({ parent }: PlacedRequest): string {
  const packages = parent === undefined ? undefined : readInventory(parent)?.contents.packages;
  const isRpm = packages !== undefined && packages.length > 0 && packages.every(({ kind }) => kind === "rpm");
  return `/var/cache/${isRpm ? "dnf" : "apt"}/fleet-lock`;
}

/** Writes that folder. @param tell is told of what the registry gave. */
export async function stageLock(
  request: PlacedRequest,
  root: string,
  mode: LockMode,
  tell: (line: string) => void = () => undefined,
): Promise<void> {
  const folder = lockWorkFolder(request);
  rmSync(folder, { recursive: true, force: true });
  for (const part of ["store", "fetched"]) mkdirSync(path.join(folder, part), { recursive: true });
  cpSync(path.join(root, lockedScripts, "box"), folder, { recursive: true });
  const locked = distributionPackages(request.inputs.locked ?? {});
  // What is to be as the mirror has it now is asked of that alone.
  const stored =
    mode === "renewed" ? {} : await stageStored(request, locked, path.join(folder, "store"), tell);
  const made = localPackages(request.inputs).map(({ name }) => `${name}\n`);
  const files = {
    digests: digestLines(onlyOf(locked, false)),
    "digests.rpm": digestLines(onlyOf(locked, true)),
    stored: digestLines(stored),
    ...(Object.keys(stored).length === Object.keys(locked).length && { complete: "" }),
    keep: `${filesAt(request)}\n`,
    made: made.join(""),
    place: `${request.id}\n`,
    mode,
    since: lockedAt(request, root),
    "apt.conf": lockSettings,
    "constraints.txt": mode === "renewed" ? "" : pipConstraints(request.inputs, root),
    "npm.json": JSON.stringify(mode === "renewed" ? {} : npmVersions(request.inputs.locked ?? {})),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  // Roles may become somebody else, whose pip and Node read it.
  chmodSync(folder, 0o755);
  for (const name of ["constraints.txt", "npm.json", "hold_npm.cjs"])
    chmodSync(path.join(folder, name), 0o644);
}

/** Whether the store has the files of all that is locked, so that nothing else needs to be asked. */
export function hasAllStored(request: Pick<PlacedRequest, "inputDigest">): boolean {
  return existsSync(path.join(lockWorkFolder(request), "complete"));
}

/**
 * Puts the files that the store has of some packages into a folder, as apt calls them.
 * @returns those packages.
 */
async function stageStored(
  { parent, registry }: PlacedRequest,
  packages: LockedPlace["packages"],
  folder: string,
  tell: (line: string) => void,
): Promise<LockedPlace["packages"]> {
  // mmdebstrap goes by priorities: a file without one is as good as none, and comes again with one.
  const isBase = parent === undefined;
  const digests = Object.values(packages).flatMap(({ sha256 = [] }) => sha256);
  if (registry) await takeFromRegistry(registry.prefix, digests, isBase, tell);
  const stored: [string, LockedPackage][] = [];
  const priorities: string[] = [];
  for (const [id, each] of Object.entries(packages)) {
    const file = each.sha256 === undefined ? undefined : await findPackage(each.sha256);
    const priority = file && priorityBeside(file);
    if (file === undefined || (isBase && priority === undefined)) continue;
    const name = archiveName(id, each);
    putLink(file, path.join(folder, name));
    stored.push([id, each]);
    if (priority !== undefined) priorities.push(`${name} ${priority}\n`);
  }
  if (stored.length > 0) writeFileSync(path.join(folder, "priorities"), priorities.join(""));
  return Object.fromEntries(stored);
}

/** Those of rpm alone, or of dpkg. */
function onlyOf(packages: LockedPlace["packages"], rpm: boolean): LockedPlace["packages"] {
  return Object.fromEntries(Object.entries(packages).filter(([id]) => isOfRpm(id) === rpm));
}

/** What apt calls the file of a package among those that it has fetched; one of rpm, as it is usually called. */
function archiveName(id: string, { version }: LockedPackage): string {
  const [name = "", architecture = ""] = id.split(":");
  if (isOfRpm(id)) return `${name}-${version.replaceAll(":", "%3a")}.${architecture}.rpm`;
  return `${name}_${version.replaceAll(":", "%3a")}_${architecture}.deb`;
}

function putLink(file: string, target: string): void {
  try {
    linkSync(file, target);
  } catch {
    // Not all file systems have two names for a file.
    copyFileSync(file, target);
  }
}

/** Of lines of digests and priorities. */
function priorityLines(text: string): Map<string, string> {
  return new Map(
    [...text.matchAll(/^([0-9a-f]{64}) (\S+)$/gm)].map(([, digest = "", priority = ""]) => [
      digest,
      priority,
    ]),
  );
}

/** Puts what a build has fetched into the store. A build that cannot is as good. @param tell is told why not. */
export function keepFetched(request: Pick<PlacedRequest, "inputDigest">, tell: (line: string) => void): void {
  const folder = path.join(lockWorkFolder(request), "fetched");
  const noted = path.join(folder, "priorities");
  const priorities = existsSync(noted)
    ? priorityLines(readFileSync(noted, "utf8"))
    : new Map<string, string>();
  for (const file of readdirSync(folder).filter((each) => /^[0-9a-f]{64}\.(deb|rpm)$/.test(each)))
    try {
      keepPackage(path.join(folder, file), file.slice(0, 64), priorities.get(file.slice(0, 64)));
    } catch (error) {
      tell(messageOf(error));
    }
}

/** The date of the newest index that the packages were locked from; empty where none has one. */
function lockedAt({ id, inputs }: PlacedRequest, root: string): string {
  const { indexes = {} } = readLock(root).packages[id]?.[architectureOf(inputs.tools)] ?? {};
  const dates = Object.values(indexes).map(({ date }) => date ?? "");
  return dates.sort().at(-1) ?? "";
}

/** A line a package: `openssl:amd64 3.0.15-1 SHA-256`; a dash where there is no digest. */
export function digestLines(packages: LockedPlace["packages"]): string {
  return Object.entries(packages)
    .map(([id, { version, sha256 = "-" }]) => `${id} ${version} ${sha256}\n`)
    .join("");
}

/**
 * The folder of Packer's template for a layer in the lock file: that of all layers, with the scripts of locked ones in the place of
 * theirs.
 */
export function lockedTemplate(request: PlacedRequest, root: string, work: string): string {
  const template = path.join(work, "template/images/packer/layer");
  cpSync(path.join(root, "images/packer/layer"), template, { recursive: true });
  // What is put into boxes is found from there.
  symlinkSync(path.join(root, "playbooks"), path.join(work, "template/playbooks"));
  for (const script of ["package-lists.sh", "finish.sh"])
    renameSync(path.join(template, script), path.join(template, `layer-${script}`));
  for (const script of ["package-lists.sh", "finish.sh", "failed.sh", "keep-fetched.sh"])
    cpSync(path.join(root, lockedScripts, script), path.join(template, script));
  const main = path.join(template, "layer.pkr.hcl");
  writeFileSync(main, holdingTemplate(readFileSync(main, "utf8")));
  symlinkSync(lockWorkFolder(request), path.join(template, "lock"));
  return template;
}
