import { existsSync } from "node:fs";
import * as path from "node:path";
import type { AnsibleHome } from "../../config/ansibleHome.ts";
import { findRole, roleNames, type RolePlace } from "../../config/roleFolders.ts";
import { anythingBetween } from "./namedPaths.ts";

/**
 * The places of the roles that a name may mean: one with a template stands for each role that it may become.
 * @param namedBy the role that names it
 */
export function placesOf(
  root: string,
  home: AnsibleHome,
  name: string,
  namedBy: RolePlace | undefined,
): RolePlace[] {
  return possibleNames(root, home, name)
    .map((each) => findRole(root, each, namedBy, home))
    .filter((place) => place !== undefined);
}

/** The folders that Ansible reads of a role's place: its own, and what all roles of its collection share. */
export function placeFolders(root: string, { folder, collection }: RolePlace): string[] {
  return [folder, ...(collection ? sharedFolders(root, collection.folder) : [])];
}

/** What of a collection is read whichever of its contents are used: its plugins and playbooks, and what it says of them. */
export function sharedFolders(root: string, collection: string): string[] {
  return ["plugins", "playbooks", "meta", "MANIFEST.json", "galaxy.yml"]
    .map((part) => `${collection}/${part}`)
    .filter((part) => existsSync(path.join(root, part)));
}

/** The names that a name with templates may become: those of all roles that have its other parts. */
function possibleNames(root: string, home: AnsibleHome, name: string): string[] {
  if (!name.includes("{{")) return [name];
  const pattern = anythingBetween(name.split(/\{\{.*?\}\}/s));
  return roleNames(root, home).filter((each) => pattern.test(each));
}
