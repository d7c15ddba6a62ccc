import { mkdirSync, writeFileSync, readdirSync } from "node:fs";
import * as path from "node:path";
import { createSandbox } from "./sandbox/sandbox.ts";
import { execa } from "execa";
const wanted: Record<string, { repo: string; vars?: object; accessory?: string; ask: string[]; layer?: object; command?: string[]; app?: object; fleet?: object; volatile?: string[] }> = {
  gnginx: { repo: "geerlingguy+ansible-role-nginx", vars: { nginx_remove_default_vhost: false }, ask: ["python3", "-c", "import urllib.request as r,urllib.error as e\ntry: print(r.urlopen('http://127.0.0.1:80').status)\nexcept e.HTTPError as x: print(x.code)"] },
  gapache: { repo: "geerlingguy+ansible-role-apache", ask: ["python3", "-c", "import urllib.request as r,urllib.error as e\ntry: print(r.urlopen('http://127.0.0.1:80').status)\nexcept e.HTTPError as x: print(x.code)"] },
  mysql: { repo: "geerlingguy+ansible-role-mysql", accessory: "/var/lib/mysql", ask: ["mysqladmin", "ping"] },
  php: { repo: "geerlingguy+ansible-role-php", vars: { php_enable_php_fpm: true, php_enable_webserver: false }, ask: ["python3", "-c", "import socket;s=socket.create_connection(('127.0.0.1',9000));print('open')"] },
  postfix: { repo: "geerlingguy+ansible-role-postfix", ask: ["python3", "-c", "import socket;s=socket.create_connection(('127.0.0.1',25));print(s.recv(99))"] },
  sshd: { repo: "willshersystems+ansible-sshd", ask: ["python3", "-c", "import socket;s=socket.create_connection(('127.0.0.1',22));print(s.recv(99))"] },
  varnish: { repo: "geerlingguy+ansible-role-varnish", vars: { varnish_apt_use_packagecloud: false, varnish_version: "7.1", varnish_storage: "malloc,64M" }, app: { ulimits: { memlock: 8388608, nofile: 20000 } }, ask: ["python3", "-c", "import urllib.request as r,urllib.error as e\ntry: print(r.urlopen('http://127.0.0.1:80').status)\nexcept e.HTTPError as x: print(x.code)"] },
  samba: { repo: "geerlingguy+ansible-role-samba", ask: ["python3", "-c", "import socket;s=socket.create_connection(('127.0.0.1',445));print('open')"] },
  bind: { repo: "bertvv+ansible-role-bind", vars: { bind_zones: [{ name: "example.test", type: "primary", primaries: ["127.0.0.1"], networks: ["192.0.2"], name_servers: ["ns1"], hosts: [{ name: "ns1", ip: "192.0.2.1" }] }] }, ask: ["python3", "-c", "import socket;s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM);s.settimeout(5);q=bytes.fromhex('123401000001000000000000')+b'\\x03ns1\\x07example\\x04test\\0\\0\\x01\\0\\x01';s.sendto(q,('127.0.0.1',53));print(s.recv(512)[-4:].hex())"] },
  ntp: { repo: "geerlingguy+ansible-role-ntp", vars: { ntp_enabled: true }, ask: ["sh", "-c", "systemctl is-active ntpsec || ps ax"] },
  java: { repo: "geerlingguy+ansible-role-java", command: ["sleep", "infinity"], ask: ["java", "-version"] },
  gpip: { repo: "geerlingguy+ansible-role-pip", command: ["sleep", "infinity"], ask: ["pip3", "--version"] },
  sudo: { repo: "weareinteractive+ansible-sudo", vars: { sudo_users: [{ name: "daemon", nopasswd: true }] }, command: ["sleep", "infinity"], ask: ["sudo", "-l", "-U", "daemon"] },
  supervisor: { repo: "geerlingguy+ansible-role-supervisor", ask: ["supervisorctl", "version"] },
  firewall: { repo: "geerlingguy+ansible-role-firewall", fleet: { init: "systemd" }, app: { capabilities: ["NET_ADMIN", "NET_RAW"] }, ask: ["sh", "-c", "systemctl is-active firewall; iptables -S | head -4"] },
  nodejs: { repo: "geerlingguy+ansible-role-nodejs", command: ["sleep", "infinity"], ask: ["node", "--version"] },
  squid: { repo: "robertdebock+ansible-role-squid", ask: ["python3", "-c", "import socket;s=socket.create_connection(('127.0.0.1',3128));print('open')"] },
  security: { repo: "geerlingguy+ansible-role-security", fleet: { init: "systemd" }, ask: ["sh", "-c", "systemctl is-active ssh unattended-upgrades fail2ban; sshd -T | grep -i permitroot"] },
};
const names = process.argv.slice(2).length ? process.argv.slice(2) : Object.keys(wanted);
const s = await createSandbox("roles");
try {
  const kept = [...names];
  for (const n of names) {
    const { repo } = wanted[n]!;
    const base = `/work/.mirror/${repo}`;
    const git = (await execa("find", [base, "-name", "HEAD", "-maxdepth", "4"])).stdout.split("\n")[0]!;
    const dir = path.dirname(git);
    const to = path.join(s.folder, `playbooks/roles/${n}`);
    mkdirSync(to, { recursive: true });
    await execa("sh", ["-c", `git --git-dir "$1" archive HEAD | tar x -C "$2"`, "x", dir, to]);
    console.log(n, (await execa("git", ["--git-dir", dir, "rev-parse", "--short=12", "HEAD"])).stdout);
  }
  writeFileSync(path.join(s.folder, "chain.ts"), `import { readConfigurationFiles } from "./config/read/readFiles.ts";
import { buildChain } from "./images/layer/buildChain.ts";
await buildChain(process.argv.slice(2), readConfigurationFiles(import.meta.dirname, "dev"), import.meta.dirname);
`);
  s.edit("Pulumi.yaml", ({ config }: any) => {
    for (const n of names) {
      const w = wanted[n]!;
      config.layers.value[n] = { on: "base", roles: [n], ...(w.vars && { variables: w.vars }), ...w.layer };
      if (w.accessory) config.accessories.value[n] = { layer: n, port: 5999, volume: w.accessory, ready: w.ask };
      else { config.applications.value[n] = { layer: n, ...(w.command && { command: w.command, ready: ["true"] }), ...w.app }; config.fleets.value[n] = { applications: [n], ...w.fleet }; }
    }
  });
  s.edit("Pulumi.dev.yaml", ({ config }: any) => {
    const e = config["immutable-fleets:environment"];
    e.fleets = Object.fromEntries(names.filter((n) => !wanted[n]!.accessory).map((n) => [n, {}]));
    e.accessories = Object.fromEntries(names.filter((n) => wanted[n]!.accessory).map((n) => [n, {}]));
    delete e.edge; e.hosts = {}; e.applications = {};
  });
  const bad: string[] = [];
  for (const n of names) {
    const r = await s.run("chain.ts", "base", n);
    console.log("built", n, r.exitCode === 0 ? "yes" : "NO " + r.all.split("\n").filter((l: string) => /expected|fatal|needs systemd|Error/.test(l)).slice(0, 12).join("\n").slice(0, 2500));
    if (r.exitCode === 0) console.log(r.all.split("\n").filter((l: string) => /needs systemd|service:/.test(l)).join("\n").slice(0, 800));
    if (r.exitCode !== 0) bad.push(n);
  }
  for (const n of bad) names.splice(names.indexOf(n), 1);
  s.edit("Pulumi.yaml", ({ config }: any) => { for (const n of bad) { delete config.layers.value[n]; delete config.applications.value[n]; delete config.fleets.value[n]; delete config.accessories.value[n]; } });
  s.edit("Pulumi.dev.yaml", ({ config }: any) => { const e = config["immutable-fleets:environment"]; for (const n of bad) { delete e.fleets[n]; delete e.accessories[n]; } });
  const up = await s.run("commands/main.ts", "up");
  console.log(up.all.split("\n").slice(-70).join("\n"));
  for (const n of names) {
    const out = (await execa("docker", ["ps", "-a", "--filter", `name=^${n}-`, "--format", "{{.Names}} {{.Status}}"])).stdout;
    console.log("==", n, out);
    const box = out.split(" ")[0]!;
    if (!box) continue;
    const r = await execa("docker", ["exec", box, ...wanted[n]!.ask], { all: true, reject: false });
    console.log("   ", r.exitCode, r.all);
    if (r.exitCode !== 0) console.log((await execa("docker", ["exec", box, "sh", "-c", "systemctl --no-pager --failed; systemctl --no-pager status 'postfix*' smbd nmbd varnish supervisord fail2ban 2>&1 | head -60; journalctl --no-pager -n 40; ls -la /etc/resolv.conf"], { all: true, reject: false })).all);
    if (r.exitCode !== 0) console.log((await execa("docker", ["logs", "--tail", "8", box], { all: true, reject: false })).all);
  }
} finally { await s.dispose(); }
