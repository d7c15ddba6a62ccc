import assert from "node:assert/strict";
import { describeFinding, type DriftReport } from "../../operations/drift/finding/finding.ts";
import type { TestHost } from "../sandbox/hosts.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";

const code = "/opt/catalog/catalog/api.py";
const kept = "/root/kept";

/** Leaves on a host what an attacker with a root shell would: changed code with its old times, a key, rights, a process. */
export async function damage(host: TestHost): Promise<void> {
  const lines = [
    `mkdir -p ${kept} /root/.ssh; cp -p ${code} ${kept}/code; cp -p /etc/fleet/box.env ${kept}/box.env`,
    `echo '# backdoor' >> ${code}; touch -r ${kept}/code ${code}`,
    "echo 'ssh-ed25519 AAAA mallory' > /root/.ssh/authorized_keys",
    "cp /bin/sh /var/tmp/.sh; chmod 4755 /var/tmp/.sh; cp /bin/sleep /var/tmp/miner",
    "echo 'PRICES=free' >> /etc/fleet/box.env",
    "systemd-run --unit=miner /var/tmp/miner 1000",
  ];
  await host.run("sh", "-c", `set -e\n${lines.join("\n")}`);
}

/** What drift is to say of it. */
export function damageTold(host: string): string[] {
  return [
    `settings ${host}: environment in /etc/fleet/box.env changed`,
    `content ${host}: file ${code} changed`,
    `content ${host}: file /root/.ssh/authorized_keys added`,
    `content ${host}: file /var/tmp/.sh gives its owner's rights to whoever starts it`,
    `content ${host}: process /var/tmp/miner runs, which is no program of the image`,
  ];
}

/** Takes it away again. */
export async function undoDamage(host: TestHost): Promise<void> {
  const lines = [
    "systemctl stop miner",
    `cat ${kept}/code > ${code}; cat ${kept}/box.env > /etc/fleet/box.env`,
    `rm -r /root/.ssh ${kept} /var/tmp/.sh /var/tmp/miner`,
  ];
  await host.run("sh", "-c", `set -e\n${lines.join("\n")}`);
}

/** What drift tells of the hosts of a sandbox; that they are in its network, as containers, is left out. */
export async function driftOfHosts(sandbox: Sandbox): Promise<string[]> {
  const { stdout, all } = await sandbox.run("commands/main.ts", "drift", "--format", "json");
  const { findings, unknown } = JSON.parse(stdout) as DriftReport;
  assert.deepEqual(unknown, [], all);
  assert.doesNotMatch(all, /PRICES|free/);
  return findings.filter(({ kind }) => kind !== "stranger").map(describeFinding);
}
