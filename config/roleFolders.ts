import { existsSync, readdirSync, statSync } from "node:fs";
import * as path from "node:path";
import { ownHome, settingPaths, type AnsibleHome } from "./ansibleHome.ts";

/** Where a role is: its folder, and the collection that it belongs to, if any (`acme.platform`). */
export interface RolePlace {
  /** Relative to the project's root. */
  folder: string;
  collection?: { name: string; folder: string };
}

/**
 * The place of a role as Ansible finds it: by its full name in a collection, else in the collection that names it, else in the
 * folder `roles` beside the playbook, in those of `roles_path`, beside the role that names it, and beside the playbook.
 * @param namedBy the role that names it
 * @returns undefined where there is no such role in these places
 */
export function findRole(
  root: string,
  name: string,
  namedBy?: RolePlace,
  home: AnsibleHome = ownHome,
): RolePlace | undefined {
  const [, collection, role] = /^(\w+\.\w+)\.(\w+)$/.exec(name) ?? [];
  if (collection !== undefined && role !== undefined) return inCollection(root, collection, role, home);
  const within = namedBy?.collection;
  const beside = within && path.posix.join(within.folder, "roles", name);
  if (beside !== undefined && existsSync(path.join(root, beside)))
    return { folder: beside, ...(within && { collection: within }) };
  const others = namedBy ? [path.posix.dirname(namedBy.folder)] : [];
  const folder = [...rolesFolders(root, home), ...others, home.playbooks]
    .map((each) => path.posix.join(each, name))
    .find((each) => isFolder(path.join(root, each)));
  return folder === undefined ? undefined : { folder };
}

/** The names of all roles in folders of roles and in collections, those of the latter by their full names. */
export function roleNames(root: string, home: AnsibleHome = ownHome): string[] {
  const plain = rolesFolders(root, home).flatMap((folder) => entries(root, folder));
  const collected = collections(root, home).flatMap(({ name, folder }) =>
    entries(root, `${folder}/roles`).map((role) => `${name}.${role}`),
  );
  return [...new Set([...plain, ...collected])];
}

/** The collections in the project. */
export function collections(root: string, home: AnsibleHome = ownHome): { name: string; folder: string }[] {
  return collectionsFolders(root, home).flatMap((folder) =>
    entries(root, folder).flatMap((space) =>
      entries(root, `${folder}/${space}`).map((name) => ({
        name: `${space}.${name}`,
        folder: `${folder}/${space}/${name}`,
      })),
    ),
  );
}

function inCollection(root: string, name: string, role: string, home: AnsibleHome): RolePlace | undefined {
  return collections(root, home)
    .filter((each) => each.name === name)
    .map((collection) => ({ folder: `${collection.folder}/roles/${role}`, collection }))
    .find(({ folder }) => existsSync(path.join(root, folder)));
}

/** Folders of roles, relative to the root, in the order in which Ansible looks into them. */
export function rolesFolders(root: string, home: AnsibleHome = ownHome): string[] {
  return [
    ...new Set([path.posix.join(home.playbooks, "roles"), ...settingPaths(root, home, /^roles_path$/)]),
  ];
}

function collectionsFolders(root: string, home: AnsibleHome): string[] {
  const beside = path.posix.join(home.playbooks, "collections");
  const folders = [beside, ...settingPaths(root, home, /^collections_paths?$/)];
  return [...new Set(folders)].map((folder) =>
    path.posix.basename(folder) === "ansible_collections" ? folder : `${folder}/ansible_collections`,
  );
}

function isFolder(full: string): boolean {
  return statSync(full, { throwIfNoEntry: false })?.isDirectory() === true;
}

function entries(root: string, folder: string): string[] {
  const full = path.join(root, folder);
  if (!existsSync(full)) return [];
  return readdirSync(full, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .map(({ name }) => name);
}
