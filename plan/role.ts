import { existsSync, lstatSync, readdirSync, realpathSync } from "node:fs";
import * as path from "node:path";
import { findRole, roleNames, type RolePlace } from "../config/roleFolders.ts";
import { namedRoles, parseRoleFile } from "./roleFile.ts";

/**
 * The folders that Ansible reads for the given roles and for every role that they depend on or include, each once, in a stable
 * order, relative to the project's root; of a collection also its plugins. A name with a template stands for each role that it may
 * become.
 */
export function rolesRead(root: string, roles: readonly string[]): string[] {
  const found = new Map<string, RolePlace>();
  const visit = (place: RolePlace) => {
    if (found.has(place.folder)) return;
    found.set(place.folder, place);
    for (const name of namedBy(root, place.folder)) {
      for (const next of possibleNames(root, name)) {
        const known = findRole(root, next, place.collection);
        if (known) visit(known);
      }
    }
  };
  // A role that is not there is named when its files are read.
  for (const name of roles) visit(findRole(root, name) ?? { folder: `playbooks/roles/${name}` });
  return [...new Set([...found.values()].flatMap((place) => placeFolders(root, place)))].sort();
}

/** What of a role's place is read: what a link leads to as well, and the plugins of its collection. */
function placeFolders(root: string, { folder, collection }: RolePlace): string[] {
  const shared = ["plugins", "meta"].map((part) => collection && `${collection.folder}/${part}`);
  const isLink = lstatSync(path.join(root, folder), { throwIfNoEntry: false })?.isSymbolicLink() === true;
  const target = isLink && path.relative(realpathSync(root), realpathSync(path.join(root, folder)));
  return [
    folder,
    ...(target === false ? [] : [target]),
    ...shared.filter((part) => part !== undefined && existsSync(path.join(root, part))),
  ].filter((part) => part !== undefined);
}

/** The names that a name with templates may become: those of all roles that have its other parts. */
function possibleNames(root: string, name: string): string[] {
  if (!name.includes("{{")) return [name];
  const parts = name.split(/\{\{.*?\}\}/s).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pattern = new RegExp(`^${parts.join(".*")}$`, "s");
  return roleNames(root).filter((each) => pattern.test(each));
}

function namedBy(root: string, folder: string): string[] {
  return ["meta", "tasks", "handlers"].flatMap((part) =>
    yamlFiles(path.join(root, folder, part)).flatMap((file) => namedRoles(parseRoleFile(file))),
  );
}

function yamlFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ya?ml|json)$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
