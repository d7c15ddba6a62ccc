import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { homeOf, settingsFile, workingFolder } from "../../config/ansibleHome.ts";
import { ansibleDocuments } from "../../plan/ansible/ansibleDocuments.ts";
import type { LayerPlay } from "../../plan/ansible/layerPlay.ts";
import type { LockedPlace } from "../../plan/lockedPackages.ts";
import { cacheFolder, noteRead } from "../../work/cache.ts";
import { withLock } from "../../work/lock.ts";
import type { BuildLog } from "../../work/log.ts";
import { runLogged } from "../../work/run.ts";
import { galaxyLocked, heldRequirements } from "./heldRequirements.ts";
import { installedFolder, requirementsKey } from "./installedFolder.ts";

/** Folders in which ansible-galaxy has installed what a playbook requires. */
export interface Installed {
  roles: string;
  collections: string;
}

/**
 * What a play requires, installed by ansible-galaxy into the cache, once for equal requirements: found there afterwards, also
 * without a network. Undefined where it requires nothing.
 * @param locked what its layer is held to: versions that everything is installed in.
 * @throws Error with ansible-galaxy's words when something cannot be had; nothing half-installed is kept.
 */
export async function installRequirements(
  play: LayerPlay,
  root: string,
  ansible: string,
  log: BuildLog,
  locked: LockedPlace["packages"] = {},
): Promise<Installed | undefined> {
  const key = requirementsKey(play, root, ansible, locked);
  if (key === undefined) return undefined;
  let folder = path.join(cacheFolder("galaxy"), key);
  const waiting = () => {
    log.step("waits for another installation of the same requirements");
  };
  await withLock(`galaxy-${key}`, waiting, async () => {
    const present = installedFolder(play, root, ansible, locked);
    if (present === undefined) await install(play, root, folder, log, locked);
    else noteRead(present);
    folder = present ?? folder;
  });
  return { roles: path.join(folder, "roles"), collections: path.join(folder, "collections") };
}

/** Installs into a folder, whole or not at all. */
async function install(
  { playbook, requirements = "" }: LayerPlay,
  root: string,
  folder: string,
  log: BuildLog,
  locked: LockedPlace["packages"],
): Promise<void> {
  log.step(`ansible-galaxy installs ${requirements}`);
  const half = `${folder}.${process.pid}`;
  const given = path.join(root, requirements);
  const held = path.join(half, "held.yml");
  const isHeld = Object.keys(galaxyLocked(locked)).length > 0;
  try {
    mkdirSync(half, { recursive: true });
    if (isHeld) writeFileSync(held, heldRequirements(readFileSync(given, "utf8"), locked).text);
    for (const command of galaxyCommands(isHeld ? held : given, half))
      await runLogged(log, command, {
        folder: path.join(root, workingFolder(homeOf(root, playbook))),
        environment: galaxyEnvironment(root, playbook, half),
      });
    for (const part of ["tmp", "held.yml"]) rmSync(path.join(half, part), { recursive: true, force: true });
    renameSync(half, folder);
  } finally {
    rmSync(half, { recursive: true, force: true });
  }
}

/** The command lines that install a file of requirements below a folder: roles, collections or both, as the file has them. */
export function galaxyCommands(file: string, folder: string): [string, ...string[]][] {
  const [content] = ansibleDocuments(readFileSync(file, "utf8"));
  const { roles, collections } = Array.isArray(content)
    ? { roles: content as unknown[], collections: undefined }
    : ((content ?? {}) as { roles?: unknown; collections?: unknown });
  const install = (kind: "role" | "collection"): [string, ...string[]] => [
    "ansible-galaxy",
    ...[kind, "install", "-r", file, "-p", path.join(folder, `${kind}s`)],
  ];
  return [...(roles ? [install("role")] : []), ...(collections ? [install("collection")] : [])];
}

function galaxyEnvironment(root: string, playbook: string, folder: string): Record<string, string> {
  return {
    ANSIBLE_CONFIG: settingsFile(root, homeOf(root, playbook)),
    // Whatever this machine has already would else be left out.
    ANSIBLE_ROLES_PATH: path.join(folder, "roles"),
    ANSIBLE_COLLECTIONS_PATH: path.join(folder, "collections"),
    ANSIBLE_LOCAL_TEMP: path.join(folder, "tmp"),
    // What servers said on another day.
    ANSIBLE_GALAXY_CACHE_DIR: path.join(folder, "tmp/galaxy"),
    ANSIBLE_FORCE_COLOR: "0",
  };
}
