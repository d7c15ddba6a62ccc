import * as path from "node:path";

/**
 * Ansible's settings by which it takes the facts of its host from a file, which images/packer/layer/facts.sh writes while Ansible
 * starts; where `FILE.none` comes instead, it gathers them itself.
 */
export function factsSettings(root: string, file: string): Record<string, string> {
  return {
    FLEET_FACTS: file,
    ANSIBLE_CACHE_PLUGINS: path.join(root, "images/packer/layer/cache"),
    ANSIBLE_CACHE_PLUGIN: "fleet_facts",
    ANSIBLE_GATHERING: "smart",
  };
}
