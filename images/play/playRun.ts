import * as path from "node:path";
import { homeOf, settingPaths, settingsFile, workingFolder } from "../../config/ansibleHome.ts";
import type { LayerPlay } from "../../plan/ansible/layerPlay.ts";
import type { Installed } from "./requirements.ts";

/** What the box is called in a playbook's inventory while an image is built; `host_vars` of that name count for it. */
export const buildHost = "image-build";

/** The arguments of ansible-playbook that a play's own keys mean; every path is absolute. */
export function playArguments(
  { inventory, tags, skipTags }: LayerPlay,
  root: string,
  { host, passwordFile }: { host: string; passwordFile?: string | undefined },
): string[] {
  return [
    ...(inventory === undefined ? [] : ["--inventory", path.join(root, inventory)]),
    ...["--limit", host],
    ...(tags ? ["--tags", tags.join(",")] : []),
    ...(skipTags ? ["--skip-tags", skipTags.join(",")] : []),
    ...(passwordFile === undefined ? [] : ["--vault-password-file", passwordFile]),
  ];
}

/** The folder in which a playbook is run, as its users do. */
export function playFolder({ playbook }: LayerPlay, root: string): string {
  return path.join(root, workingFolder(homeOf(root, playbook)));
}

/**
 * The environment in which a playbook is run: by its own settings, and with no roles, collections or settings of this machine,
 * which no digest knows. What it prints is what a log of ours is read by.
 * @param none a folder that is not there
 */
export function playEnvironment(
  { playbook }: LayerPlay,
  root: string,
  installed: Installed | undefined,
  none: string,
): Record<string, string> {
  const home = homeOf(root, playbook);
  const searched = (setting: RegExp, own: string | undefined) =>
    [...settingPaths(root, home, setting).map((folder) => path.resolve(root, folder)), own ?? none].join(":");
  return {
    ANSIBLE_CONFIG: settingsFile(root, home),
    ANSIBLE_ROLES_PATH: searched(/^roles_path$/, installed?.roles),
    ANSIBLE_COLLECTIONS_PATH: searched(/^collections_paths?$/, installed?.collections),
    ANSIBLE_INVENTORY_UNPARSED_FAILED: "True",
    ANSIBLE_STDOUT_CALLBACK: "default",
    ANSIBLE_CALLBACK_RESULT_FORMAT: "yaml",
    ANSIBLE_DISPLAY_OK_HOSTS: "True",
    ANSIBLE_NOCOWS: "True",
    ANSIBLE_PIPELINING: "True",
    ANSIBLE_RETRY_FILES_ENABLED: "False",
    // Facts of another box that was called the same.
    ANSIBLE_CACHE_PLUGIN: "memory",
  };
}

/** Whether Ansible's output tells of tasks for a host. */
export function ranFor(host: string, output: string): boolean {
  // Packer writes before each line which build it is of.
  return output.split("\n").some((line) => {
    const [before, after] = line.split(/\s+: ok=(?=\d)/);
    return after !== undefined && before?.split(" ").at(-1) === host;
  });
}
