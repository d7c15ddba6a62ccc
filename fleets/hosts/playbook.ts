import { usualStatus, type HealthCheck } from "../../plan/glue/healthCheck.ts";
import type { LayerPlay } from "../../plan/ansible/layerPlay.ts";
import type { LayerInputs } from "../../plan/inputs.ts";

/** One run of a playbook: roles in order, or a layer's own playbook, with the variables that their layer gives them. */
export interface PlaybookRun {
  /** The layer, where its own playbook is run. */
  layer?: string;
  play?: LayerPlay;
  roles: string[];
  variables: Record<string, unknown>;
}

/** What the run applies, in words. */
export function appliedBy({ play, roles }: PlaybookRun): string {
  return play?.playbook ?? roles.join(", ");
}

/**
 * The runs that give a host what the layers give an image: neighbours without variables of their own are one run, since
 * each run takes seconds before its first task.
 */
export function playbookRuns(
  layers: readonly (Pick<LayerInputs, "roles" | "variables"> &
    Partial<Pick<LayerInputs, "layer" | "play">>)[],
): PlaybookRun[] {
  const runs: PlaybookRun[] = [];
  for (const { layer, play, roles, variables } of layers) {
    if (play) runs.push({ ...(layer !== undefined && { layer }), play, roles: [], variables });
    if (roles.length === 0) continue;
    const last = runs.at(-1);
    const plain = Object.keys(variables).length === 0;
    if (last && !last.play && plain && Object.keys(last.variables).length === 0) last.roles.push(...roles);
    else runs.push({ roles: [...roles], variables });
  }
  return runs;
}

/** What of a folder of its own a run of Ansible reads. */
export interface AnsibleFiles {
  inventory: string;
  variables: string;
  /** Inventory of the groups that a playbook's host is in. */
  groups?: string;
}

/**
 * The command line that applies a run to one host.
 * @param own what a layer's own playbook is given, in front: the host is among it, and its inventory comes first
 */
export function playbookCommand(
  playbook: string,
  host: string,
  files: AnsibleFiles,
  check: boolean,
  own: readonly string[] = [],
): [string, ...string[]] {
  return [
    "ansible-playbook",
    ...own,
    ...["--inventory", files.inventory],
    ...(files.groups === undefined ? [] : ["--inventory", files.groups]),
    ...(own.length > 0 ? [] : ["--limit", host]),
    ...["--extra-vars", `@${files.variables}`],
    ...(check ? ["--check", "--diff"] : []),
    playbook,
  ];
}

/** The command line that asks an application of a host for its health, on the host itself. */
export function healthCommand(
  host: string,
  files: AnsibleFiles,
  { port, health, healthHost, healthStatus = usualStatus }: HealthCheck,
): [string, ...string[]] {
  return moduleCommand(host, files, "uri", {
    ...{ url: `http://127.0.0.1:${port}${health}`, status_code: healthStatus, timeout: 5 },
    ...(healthStatus >= 300 && { follow_redirects: "none" }),
    ...(healthHost !== undefined && { headers: { Host: healthHost } }),
  });
}

/** The command line that runs a Python program on a host, as root, and prints what that prints after a line of Ansible's. */
export function programCommand(host: string, files: AnsibleFiles, program: string): [string, ...string[]] {
  return moduleCommand(host, files, "command", { argv: ["/usr/bin/python3", "-"], stdin: program });
}

/** The command line that runs one of Ansible's own modules on a host. */
function moduleCommand(
  host: string,
  files: AnsibleFiles,
  module: string,
  args: Readonly<Record<string, unknown>>,
): [string, ...string[]] {
  return [
    "ansible",
    host,
    ...["--inventory", files.inventory],
    ...["--extra-vars", `@${files.variables}`],
    ...["--module-name", `ansible.builtin.${module}`],
    ...["--args", JSON.stringify(args)],
  ];
}

/**
 * Options of ssh. They come before all others, and the first one counts: whatever an inventory says, host keys are verified,
 * and nobody is asked for a password.
 */
export function sshArguments(knownHosts: string | undefined): string {
  const options = [
    "StrictHostKeyChecking=yes",
    ...(knownHosts === undefined
      ? []
      : [`UserKnownHostsFile="${knownHosts}"`, "GlobalKnownHostsFile=/dev/null"]),
    "BatchMode=yes",
    "ConnectTimeout=20",
    "ServerAliveInterval=15",
    "ControlMaster=auto",
    "ControlPersist=15s",
  ];
  return options.map((option) => `-o '${option}'`).join(" ");
}

/** Why a host was not reached, from Ansible's output; undefined when it was. */
export function unreachable(output: string): string | undefined {
  const [, message] = /UNREACHABLE! =>[^]*?\bmsg: ([^]*?)\n {2,4}\w+:/.exec(output) ?? [];
  if (message === undefined) return output.includes("UNREACHABLE!") ? "no answer" : undefined;
  return message
    .replace(/^\|-?\n/, "")
    .replace(/\s+/g, " ")
    .replace(/^'(.*)'$/, "$1")
    .trim();
}
