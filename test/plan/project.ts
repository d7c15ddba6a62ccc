import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { LayerRecipe } from "../../config/schema.ts";
import { inputDigest, readInputs, type LayerInputs } from "../../plan/inputs.ts";

/** What a small project has: one role for all layers, one that depends on it, one that includes another. */
const files = {
  "playbooks/site.yml": "- hosts: all\n",
  "playbooks/ansible.cfg": "[defaults]\n",
  "images/packer/layer/layer.pkr.hcl": "build {}\n",
  "playbooks/roles/base/tasks/main.yml": "- ansible.builtin.debug:\n",
  "playbooks/roles/web/meta/main.yml": "dependencies: [tls]\n",
  "playbooks/roles/web/tasks/main.yml": "- name: Log\n  ansible.builtin.include_role:\n    name: logging\n",
  "playbooks/roles/tls/tasks/main.yml": "- ansible.builtin.debug:\n",
  "playbooks/roles/logging/tasks/main.yml": "- ansible.builtin.debug:\n",
  "playbooks/roles/orders/tasks/main.yml": "- ansible.builtin.debug:\n",
  "apps/orders/server.py": "print('orders')\n",
  "apps/orders/README.md": "Orders\n",
};

/** The recipes of the project's layers. */
export const recipes: Record<string, LayerRecipe> = {
  base: recipe({ from: { mirror: { suite: "bookworm", packages: [], sources: [] } }, roles: ["base"] }),
  web: recipe({ on: "base", roles: ["web"] }),
  orders: recipe({ on: "base", roles: ["orders"], files: ["apps/orders"] }),
};

export function recipe(own: Partial<LayerRecipe>): LayerRecipe {
  return { roles: [], variables: {}, files: [], machineOnly: false, ...own };
}

/** A project in a temporary folder; tests change its files. */
export class Project {
  readonly root = mkdtempSync(path.join(tmpdir(), "immutable-fleets-project-"));

  constructor() {
    for (const [file, text] of Object.entries(files)) this.write(file, text);
  }

  write(file: string, content: string | Buffer): void {
    const full = path.join(this.root, file);
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, content);
  }

  remove(file: string): void {
    rmSync(path.join(this.root, file), { recursive: true });
  }

  inputs(layer: string, changed: Partial<LayerRecipe> = {}, tools = { packer: "1" }): LayerInputs {
    return readInputs(this.root, layer, { ...recipe({}), ...recipes[layer], ...changed }, tools);
  }

  /** The input digest of every layer, on one and the same parent. */
  digests(): Record<string, string> {
    return Object.fromEntries(
      Object.keys(recipes).map((layer) => [layer, inputDigest(this.inputs(layer), "sha256:parent")]),
    );
  }

  /** The layers whose digest an action changes. */
  changedBy(action: () => void): string[] {
    const before = this.digests();
    action();
    const after = this.digests();
    return Object.keys(recipes).filter((layer) => before[layer] !== after[layer]);
  }

  dispose(): void {
    rmSync(this.root, { recursive: true });
  }
}
