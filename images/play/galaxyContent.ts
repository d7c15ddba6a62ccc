import type { LayerPlay } from "../../plan/ansible/layerPlay.ts";
import type { LockedPlace } from "../../plan/lockedPackages.ts";
import { installedContent } from "./installedContent.ts";
import { installedFolder } from "./installedFolder.ts";

/**
 * What ansible-galaxy gave for a play, by `acme.web:galaxy`, each with the digest of all its files; nothing where the play requires nothing.
 * @param locked what its layer was held to.
 */
export function galaxyContent(
  play: LayerPlay | undefined,
  root: string,
  ansible: string,
  locked: LockedPlace["packages"] = {},
): LockedPlace["packages"] {
  const folder = play && installedFolder(play, root, ansible, locked);
  return folder === undefined ? {} : installedContent(folder);
}
