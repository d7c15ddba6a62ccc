import type { LayerInputs } from "../../../plan/inputs.ts";
import type { LockedPlace } from "../../../plan/lockedPackages.ts";
import { lockedByFiles } from "./lockedBy.ts";

/** A version that pip takes behind `==` (PEP 440), as it writes it itself. */
const pythonVersion = /^(\d+!)?\d+(\.\d+)*((a|b|rc)\d+)?(\.post\d+)?(\.dev\d+)?(\+[a-z0-9]+(\.[a-z0-9]+)*)?$/;

/**
 * What pip is held to in the build of a layer, as constraints: a line each of what its lock has from there. Left out is what a lock file among
 * the layer's inputs has, which holds it already, and what is there in several versions, as no constraint has two.
 */
export function pipConstraints(
  { files, locked = {} }: Pick<LayerInputs, "files" | "locked">,
  root: string,
): string {
  const held = new Set([...lockedByFiles(root, { files }).keys()].map((text) => text.split(" ")[0]));
  return Object.entries(locked)
    .filter(([id, { version }]) => isHeldByPip(id, version) && !held.has(id))
    .map(([id, { version }]) => `${nameOf(id)}==${version}\n`)
    .join("");
}

/** Whether a package of the lock can be one of pip's constraints. */
export function isHeldByPip(id: string, version: string): boolean {
  return id.endsWith(":pypi") && pythonVersion.test(version);
}

/**
 * What pip, as it says, could not install in the locked version: the lock's ids, each once.
 * @param output of a build, as Ansible or Packer told it.
 */
export function refusedByPip(output: string, locked: LockedPlace["packages"]): string[] {
  // Lines are told as `\n`, and broken anywhere.
  const text = output.replace(/^(==>)? *docker\.\w+: ?/gm, "").replace(/(\\n|\s)+/g, " ");
  if (!text.includes("conflicting dependencies")) return [];
  return Object.keys(locked).filter(
    (id) =>
      id.endsWith(":pypi") &&
      text.includes(`The user requested (constraint) ${nameOf(id)}==${locked[id]?.version ?? ""} `),
  );
}

function nameOf(id: string): string {
  return id.slice(0, id.lastIndexOf(":"));
}
