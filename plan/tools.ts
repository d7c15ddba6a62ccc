import { readFileSync } from "node:fs";
import * as path from "node:path";
import { namedArchitecture } from "./architecture.ts";

/** Where the pinned versions are, and how each tool's line begins there. */
const pins = {
  ansible: ["toolchain/ansible/requirements.txt", /^ansible==(\S+)/m],
  mitogen: ["toolchain/ansible/requirements.txt", /^mitogen==(\S+)/m],
  packer: ["toolchain/packer/go.mod", /^\s*github\.com\/hashicorp\/packer v(\S+)/m],
  nfpm: ["toolchain/versions.sh", /^nfpm_version=(\S+)/m],
} as const;

/** The version of the code in images/layer and images/archive that decides how an image comes out. */
export const builderVersion = "4";

/** The tools that decide how a layer comes out, and their pinned versions; among them the architecture, where it is not amd64. */
export function toolVersions(root: string): Record<string, string> {
  const versions = Object.entries(pins).map(([tool, [file, pattern]]) => {
    const version = pattern.exec(readFileSync(path.join(root, file), "utf8"))?.[1];
    if (version === undefined)
      throw new Error(`${file}: expected a pinned version of ${tool}, got none; restore the file`);
    return [tool, version];
  });
  return {
    ...(Object.fromEntries(versions) as Record<string, string>),
    builder: builderVersion,
    ...namedArchitecture(),
  };
}
