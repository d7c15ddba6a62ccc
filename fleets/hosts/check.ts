import { readFileSync } from "node:fs";
import { BuildLog } from "../../work/log.ts";
import { applyRoles, hostPackages, type HostEnvironment } from "./apply.ts";
import type { HostsRequest } from "./request.ts";
import { WorkFolder } from "./workFolder.ts";
import { messageOf } from "../../work/message.ts";

/** What `ansible-playbook --check --diff` says of one host. */
export interface HostCheck {
  fleet: string;
  host: string;
  /** What Ansible prints of the tasks that would change something. */
  output: string;
  /** Why it could not be told to the end. */
  fault?: string;
}

/** Checks that a preview was asked for: set by the command, in whose process the program runs. */
export const hostChecks: { wanted: boolean; pending: Promise<HostCheck[]>[] } = {
  wanted: false,
  pending: [],
};

/**
 * Asks every host of a fleet what its roles would change there; changes nothing.
 * @param passwords of the package repositories, by name.
 */
export async function checkHosts(
  request: HostsRequest,
  content: string,
  environment: HostEnvironment,
  passwords: Readonly<Record<string, string>>,
  root: string,
): Promise<HostCheck[]> {
  const checks: HostCheck[] = [];
  const work = new WorkFolder(request.settings, root);
  try {
    const packages = await hostPackages(request, passwords, work, root);
    for (const host of request.hosts) {
      const log = new BuildLog(`${request.fleet}-check`, content.replace("sha256:", ""));
      let fault: string | undefined;
      try {
        await applyRoles(request, host, { environment, packages, work, log, root, check: true });
      } catch (error) {
        [fault] = messageOf(error).split("\n");
      }
      const output = readFileSync(log.file, "utf8");
      checks.push({ fleet: request.fleet, host: host.name, output, ...(fault !== undefined && { fault }) });
    }
    return checks;
  } finally {
    work.dispose();
  }
}
