import { existsSync } from "node:fs";
import * as path from "node:path";
import { homeOf, settingsOf, workingFolder } from "../../config/ansibleHome.ts";
import type { LayerRecipe } from "../../config/schema.ts";
import { filesRead } from "./filesRead.ts";
import { inventoryListing } from "./inventoryListing.ts";

/** The existing playbook that makes a layer, and how it is run; paths relative to the project's root. */
export interface LayerPlay {
  playbook: string;
  inventory?: string;
  /** Groups that the box is in. */
  groups: string[];
  requirements?: string;
  tags?: string[];
  skipTags?: string[];
  /** SHA-256 (hexadecimal) of the hosts and groups that an inventory lists which is a program or asks one. */
  listing?: string;
}

/** The play of a layer; undefined where roles or steps make it. @throws Error when Ansible cannot read its inventory. */
export function layerPlay(root: string, layer: string, recipe: LayerRecipe): LayerPlay | undefined {
  const { playbook, inventory, groups = [], requirements, tags, skipTags } = recipe;
  if (playbook === undefined) return undefined;
  const listing = inventory === undefined ? undefined : inventoryListing(root, layer, playbook, inventory);
  return {
    playbook,
    ...(inventory !== undefined && { inventory }),
    groups,
    ...(requirements !== undefined && { requirements }),
    ...(tags && { tags }),
    ...(skipTags && { skipTags }),
    ...(listing !== undefined && { listing }),
  };
}

/** The files and folders of the project that a layer's play reads. */
export function playFiles(
  root: string,
  { playbook, inventory, requirements, ...recipe }: LayerRecipe,
): string[] {
  if (playbook === undefined) return [];
  const home = homeOf(root, playbook);
  const files = [
    playbook,
    ...inventoryFiles(root, inventory),
    ...(requirements === undefined ? [] : [requirements]),
  ];
  const read = filesRead(root, { home, roles: [], files, text: JSON.stringify(recipe.variables) });
  return [...read, ...(home.settings === undefined ? [] : [home.settings])];
}

/** An inventory, and the variables beside it. */
function inventoryFiles(root: string, inventory: string | undefined): string[] {
  if (inventory === undefined) return [];
  const beside = ["group_vars", "host_vars"].map((name) =>
    path.posix.join(path.posix.dirname(inventory), name),
  );
  return [inventory, ...beside.filter((each) => existsSync(path.join(root, each)))];
}

/** Whether a file of the project has, or prints, the password of vault files: no digest knows it. */
export function isVaultPassword(root: string, { playbook, vault }: LayerRecipe): (file: string) => boolean {
  if (playbook === undefined) return () => false;
  const home = homeOf(root, playbook);
  const configured = settingsOf(root, home)
    .filter(([name]) => /^vault_(password_file|identity_list)$/.test(name))
    .flatMap(([, value]) => value.split(",").map((part) => part.trim().replace(/^[^@/]*@/, "")))
    .map((file) => path.posix.join(workingFolder(home), file));
  const given = [vault?.file, ...(vault?.command ?? [])].filter((file) => file !== undefined);
  const all = new Set([...configured, ...given].map((file) => path.posix.normalize(file)));
  return (file) => all.has(path.posix.normalize(file));
}
