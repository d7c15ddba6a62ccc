import { existsSync } from "node:fs";
import * as path from "node:path";
import type { LayerPlay } from "../../plan/ansible/layerPlay.ts";
import { requirementFiles } from "../../plan/ansible/requirementFiles.ts";
import { canonicalJson, digestFiles, sha256 } from "../../plan/digest.ts";
import type { LockedPlace } from "../../plan/lockedPackages.ts";
import { cacheFolder } from "../../work/cache.ts";
import { galaxyLocked } from "./heldRequirements.ts";
import { installedContent } from "./installedContent.ts";

/**
 * Where this machine has what a play requires; undefined where it requires nothing, or nothing is there yet.
 * @param locked what its layer is held to. What was installed without, and is just that, is as good.
 */
export function installedFolder(
  play: LayerPlay,
  root: string,
  ansible: string,
  locked: LockedPlace["packages"] = {},
): string | undefined {
  const held = folderOf(play, root, ansible, locked);
  if (held === undefined || existsSync(held)) return held;
  const wanted = canonicalJson(galaxyLocked(locked));
  const plain = folderOf(play, root, ansible, {}) ?? "";
  return existsSync(plain) && canonicalJson(installedContent(plain)) === wanted ? plain : undefined;
}

function folderOf(
  play: LayerPlay,
  root: string,
  ansible: string,
  locked: LockedPlace["packages"],
): string | undefined {
  const key = requirementsKey(play, root, ansible, locked);
  return key === undefined ? undefined : path.join(cacheFolder("galaxy"), key);
}

/** What equal requirements are known by; undefined where a play has none. @param locked what they are held to. */
export function requirementsKey(
  { playbook, requirements }: LayerPlay,
  root: string,
  ansible: string,
  locked: LockedPlace["packages"] = {},
): string | undefined {
  if (requirements === undefined) return undefined;
  const files = digestFiles(root, requirementFiles(root, playbook, requirements));
  const held = galaxyLocked(locked);
  const known = { requirements, files, ansible, ...(Object.keys(held).length > 0 && { held }) };
  return sha256(canonicalJson(known)).slice(0, 24);
}
