import * as path from "node:path";
import { defaultSuite } from "../../config/baseSource.ts";
import type { Playbooks } from "./playbooks.ts";
import { nameBeside } from "./services/plainName.ts";

/** Where the repository is put in the project. */
export const adoptedFolder = "infra";

/** A layer as in Pulumi.yaml. */
export interface ProposedLayer {
  on?: string;
  from?: object;
  roles?: string[];
  playbook?: string;
  inventory?: string;
  groups?: string[];
  requirements?: string;
  vault?: { environment: string };
}

/** Layers that the playbooks of a repository make as they stand: one for each group that a play is for, on the sample's base. */
export function playLayers(playbooks: Playbooks, hasVault: boolean): Record<string, ProposedLayer> {
  const layers: Record<string, ProposedLayer> = {
    base: { from: { mirror: { suite: defaultSuite } }, roles: ["base"] },
  };
  const [requirements] = playbooks.requirements;
  const shared = {
    ...(playbooks.inventory !== undefined && { inventory: adopted(playbooks.inventory) }),
    ...(requirements !== undefined && { requirements: adopted(requirements) }),
    ...(hasVault && !playbooks.knowsPassword && { vault: { environment: "ANSIBLE_VAULT_PASSWORD" } }),
  };
  const freeName = (name: string) => nameBeside(name, new Set(Object.keys(layers)));
  for (const { playbook, groups, all } of playbooks.entries) {
    const own = { on: "base", playbook: adopted(playbook), ...shared };
    for (const group of groups) layers[freeName(group)] = { ...own, groups: [group] };
    if (groups.length === 0 && all) layers[freeName(path.posix.parse(playbook).name)] = own;
  }
  return layers;
}

/** What of the plays an image cannot have, or what has to be decided. */
export function playNotes({ entries, otherInventories, requirements }: Playbooks): string[] {
  return [
    ...entries.flatMap(({ playbook, others }) => others.map((pattern) => patternNote(playbook, pattern))),
    ...(otherInventories.length > 0
      ? [
          `other inventories: ${otherInventories.join(", ")}; layers of their own where images differ, else the environment says it`,
        ]
      : []),
    ...(requirements.length > 1
      ? [
          `requirements: ${requirements.slice(1).join(", ")} as well; one file has roles and collections: put them together`,
        ]
      : []),
  ];
}

function patternNote(playbook: string, pattern: string): string {
  if (pattern === "localhost")
    return `${playbook}: a play of localhost is left out of builds, as with --limit; run it by itself where it makes machines`;
  return `${playbook}: hosts "${pattern}" name no group alone; add the groups that it stands for to the layer's groups`;
}

function adopted(file: string): string {
  return path.posix.join(adoptedFolder, file);
}
