import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import * as path from "node:path";
import { homeOf, settingsFile, workingFolder } from "../../config/ansibleHome.ts";
import { ansibleDocuments } from "../../plan/ansible/ansibleDocuments.ts";
import type { LayerPlay } from "../../plan/ansible/layerPlay.ts";
import { requirementFiles } from "../../plan/ansible/requirementFiles.ts";
import { canonicalJson, digestFiles, sha256 } from "../../plan/digest.ts";
import { cacheFolder, noteRead } from "../../work/cache.ts";
import { withLock } from "../../work/lock.ts";
import type { BuildLog } from "../../work/log.ts";
import { runLogged } from "../../work/run.ts";

/** Folders in which ansible-galaxy has installed what a playbook requires. */
export interface Installed {
  roles: string;
  collections: string;
}

/**
 * What a play requires, installed by ansible-galaxy into the cache, once for equal requirements: found there afterwards, also
 * without a network. Undefined where it requires nothing.
 * @throws Error with ansible-galaxy's words when something cannot be had; nothing half-installed is kept.
 */
export async function installRequirements(
  play: LayerPlay,
  root: string,
  ansible: string,
  log: BuildLog,
): Promise<Installed | undefined> {
  const { playbook, requirements } = play;
  const key = requirementsKey(play, root, ansible);
  if (requirements === undefined || key === undefined) return undefined;
  const folder = path.join(cacheFolder("galaxy"), key);
  const waiting = () => {
    log.step("waits for another installation of the same requirements");
  };
  await withLock(`galaxy-${key}`, waiting, async () => {
    if (existsSync(folder)) {
      noteRead(folder);
      return;
    }
    log.step(`ansible-galaxy installs ${requirements}`);
    const half = `${folder}.${process.pid}`;
    try {
      for (const command of galaxyCommands(path.join(root, requirements), half))
        await runLogged(log, command, {
          folder: path.join(root, workingFolder(homeOf(root, playbook))),
          environment: galaxyEnvironment(root, playbook, half),
        });
      mkdirSync(half, { recursive: true });
      rmSync(path.join(half, "tmp"), { recursive: true, force: true });
      renameSync(half, folder);
    } finally {
      rmSync(half, { recursive: true, force: true });
    }
  });
  return { roles: path.join(folder, "roles"), collections: path.join(folder, "collections") };
}

/** Where this machine has what a play requires; undefined where it requires nothing, or nothing is there yet. */
export function installedFolder(play: LayerPlay, root: string, ansible: string): string | undefined {
  const key = requirementsKey(play, root, ansible);
  const folder = key && path.join(cacheFolder("galaxy"), key);
  return folder !== undefined && existsSync(folder) ? folder : undefined;
}

/** What equal requirements are known by; undefined where a play has none. */
export function requirementsKey(
  { playbook, requirements }: LayerPlay,
  root: string,
  ansible: string,
): string | undefined {
  if (requirements === undefined) return undefined;
  const files = digestFiles(root, requirementFiles(root, playbook, requirements));
  return sha256(canonicalJson({ requirements, files, ansible })).slice(0, 24);
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
    ANSIBLE_FORCE_COLOR: "0",
  };
}
