import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { architectureOf } from "../../plan/architecture.ts";
import { readLock } from "../../plan/lockFile.ts";
import type { LockedPlace } from "../../plan/lockedPackages.ts";
import { localPackages } from "../../plan/packages.ts";
import type { LockMode, PlacedRequest } from "../../plan/buildRequest.ts";
import { cacheFolder } from "../../work/cache.ts";
import { holdingTemplate, lockSettings } from "./settings.ts";

/** Scripts that take the place of those of images/packer/layer for layers in the lock file; in `box`, those that run in the box. */
const lockedScripts = "images/packer/locked";

/** The folder of a build with what its scripts read of the lock, and what they tell. */
export function lockWorkFolder({ inputDigest }: Pick<PlacedRequest, "inputDigest">): string {
  return path.join(cacheFolder("work"), `lock-${inputDigest}`);
}

/** Writes that folder. */
export function stageLock(request: PlacedRequest, root: string, mode: LockMode): void {
  const folder = lockWorkFolder(request);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  cpSync(path.join(root, lockedScripts, "box"), folder, { recursive: true });
  const made = localPackages(request.inputs).map(({ name }) => `${name}\n`);
  const files = {
    digests: digestLines(request.inputs.locked ?? {}),
    made: made.join(""),
    place: `${request.id}\n`,
    mode,
    since: lockedAt(request, root),
    "apt.conf": lockSettings,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
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
  for (const script of ["package-lists.sh", "finish.sh", "failed.sh"])
    cpSync(path.join(root, lockedScripts, script), path.join(template, script));
  const main = path.join(template, "layer.pkr.hcl");
  writeFileSync(main, holdingTemplate(readFileSync(main, "utf8")));
  symlinkSync(lockWorkFolder(request), path.join(template, "lock"));
  return template;
}
