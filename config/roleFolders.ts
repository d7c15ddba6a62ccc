import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

/** Where a role is: its folder, and the collection that it belongs to, if any (`acme.platform`). */
export interface RolePlace {
  /** Relative to the project's root. */
  folder: string;
  collection?: { name: string; folder: string };
}

/**
 * The place of a role as Ansible finds it: by its full name in a collection, else in the collection that names it, else in
 * playbooks/roles and the folders of `roles_path` in playbooks/ansible.cfg.
 * @param within the collection whose role names it
 * @returns undefined where there is no such role in these places
 */
export function findRole(
  root: string,
  name: string,
  within?: RolePlace["collection"],
): RolePlace | undefined {
  const [, collection, role] = /^(\w+\.\w+)\.(\w+)$/.exec(name) ?? [];
  if (collection !== undefined && role !== undefined) return inCollection(root, collection, role);
  const beside = within && path.posix.join(within.folder, "roles", name);
  if (beside !== undefined && existsSync(path.join(root, beside)))
    return { folder: beside, ...(within && { collection: within }) };
  const folder = rolesFolders(root)
    .map((each) => path.posix.join(each, name))
    .find((each) => existsSync(path.join(root, each)));
  return folder === undefined ? undefined : { folder };
}

/** The names of all roles in these places, those of collections by their full names. */
export function roleNames(root: string): string[] {
  const plain = rolesFolders(root).flatMap((folder) => entries(root, folder));
  const collected = collectionsFolders(root).flatMap((folder) =>
    entries(root, folder).flatMap((space) =>
      entries(root, path.posix.join(folder, space)).flatMap((name) =>
        entries(root, path.posix.join(folder, space, name, "roles")).map(
          (role) => `${space}.${name}.${role}`,
        ),
      ),
    ),
  );
  return [...new Set([...plain, ...collected])];
}

function inCollection(root: string, name: string, role: string): RolePlace | undefined {
  return collectionsFolders(root)
    .map((folder) => path.posix.join(folder, ...name.split(".")))
    .filter((folder) => existsSync(path.join(root, folder, "roles", role)))
    .map((folder) => ({ folder: `${folder}/roles/${role}`, collection: { name, folder } }))[0];
}

/** Folders of roles, relative to the root, in the order in which Ansible looks into them. */
function rolesFolders(root: string): string[] {
  return [...new Set(["playbooks/roles", ...configured(root, "roles_path")])];
}

function collectionsFolders(root: string): string[] {
  const folders = ["playbooks/collections", ...configured(root, "collections_paths?")];
  return [...new Set(folders)].map((folder) =>
    path.posix.basename(folder) === "ansible_collections" ? folder : `${folder}/ansible_collections`,
  );
}

/** The folders of a setting of playbooks/ansible.cfg, which are relative to that file. */
function configured(root: string, setting: string): string[] {
  const file = path.join(root, "playbooks/ansible.cfg");
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const value = new RegExp(`^${setting}[ \\t]*[=:][ \\t]*(\\S.*)$`, "m").exec(text)?.[1] ?? "";
  return value
    .split(":")
    .map((folder) => folder.trim())
    .filter((folder) => folder !== "")
    .map((folder) =>
      path.posix.normalize(path.relative(root, path.resolve(root, "playbooks", expanded(folder)))),
    );
}

function expanded(folder: string): string {
  return folder.replace(/^~(?=\/|$)/, process.env["HOME"] ?? "~");
}

function entries(root: string, folder: string): string[] {
  const full = path.join(root, folder);
  if (!existsSync(full)) return [];
  return readdirSync(full, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .map(({ name }) => name);
}
