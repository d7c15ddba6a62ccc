import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { canonicalJson, digestFiles, sha256 } from "../../plan/digest.ts";
import type { LockedPlace } from "../../plan/lockedPackages.ts";

/** What ansible-galaxy installed into a folder, by `acme.web:galaxy`, each with the digest of all its files. */
export function installedContent(folder: string): LockedPlace["packages"] {
  const found = [
    ...collectionsIn(path.join(folder, "collections/ansible_collections")),
    ...rolesIn(path.join(folder, "roles")),
  ];
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

type Entry = readonly [string, LockedPlace["packages"][string]];

function collectionsIn(folder: string): Entry[] {
  const spaces = foldersIn(folder).filter((name) => !name.includes("."));
  return spaces.flatMap((space) =>
    foldersIn(path.join(folder, space)).map((name): Entry => {
      const at = path.join(folder, space, name);
      const said = /"version": *"([^"]+)"/.exec(textIn(path.join(at, "MANIFEST.json")))?.[1];
      return entryOf(`${space}.${name}`, said, at);
    }),
  );
}

function rolesIn(folder: string): Entry[] {
  return foldersIn(folder).map((name) => {
    const at = path.join(folder, name);
    const said = /^version: *['"]?([^'"\n]+)/m.exec(textIn(path.join(at, "meta/.galaxy_install_info")))?.[1];
    return entryOf(name, said, at);
  });
}

function entryOf(name: string, version: string | undefined, folder: string): Entry {
  const files = Object.entries(digestFiles(folder, foldersAndFiles(folder)));
  // Says when it was installed.
  const content = files.filter(([file]) => !/(^|\/)(\.galaxy_install_info|GALAXY\.yml)$/.test(file));
  const digest = sha256(canonicalJson(Object.fromEntries(content)));
  return [`${name}:galaxy`, { version: version ?? "unversioned", sha256: digest }];
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

function foldersAndFiles(folder: string): string[] {
  return readdirSync(folder).filter((name) => name !== ".git");
}

function textIn(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}
