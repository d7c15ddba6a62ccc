import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import type { ParityReport } from "../../operations/parity/report.ts";
import type { PreviewReport } from "../../operations/preview/report.ts";
import { underLoad } from "../load/load.ts";
import { ask } from "../sandbox/ask.ts";
import { exactUp } from "../sandbox/exact.ts";
import { TestHosts, type TestHost } from "../sandbox/hosts.ts";
import { createSandbox, type Sandbox } from "../sandbox/sandbox.ts";
import { damage, damageTold, driftOfHosts, undoDamage } from "./hostDamage.ts";
import { editEnvironment, editFleet } from "./stackFile.ts";

interface ProjectFile {
  config: Record<string, { value: Record<string, unknown> }>;
}

const tasks = "playbooks/roles/catalog/tasks/main.yml";

describe("A fleet of mutable hosts", function () {
  this.timeout("40m");
  let sandbox: Sandbox;
  const hosts = new TestHosts();
  let members: TestHost[];

  before(async () => {
    sandbox = await createSandbox("hosts");
    sandbox.edit("Pulumi.yaml", ({ config }: ProjectFile) => {
      delete config["applications"]?.value["orders"];
      config["accessories"] = { value: {} };
      config["fleets"] = {
        value: { web: { applications: ["site"] }, catalog: { applications: ["catalog"] } },
      };
    });
    sandbox.edit("Pulumi.dev.yaml", (document: { config: Record<string, unknown> }) => {
      document.config["immutable-fleets:environment"] = {
        edge: { layer: "haproxy", port: sandbox.port },
        hosts: { catalog: ["catalog.localhost"] },
        generatedSecrets: ["token"],
        applications: { catalog: { environment: { TOKEN: "${secret:token}" } } },
        fleets: { web: { boxes: 1 }, catalog: { boxes: 1 } },
      };
    });
    await up();
    await hosts.prepare((sandbox.outputs()["imageDigests"] as Record<string, string>)["base"] ?? "");
    const network = await networkOfBoxes();
    members = [await hosts.start("host1", network), await hosts.start("host2", network)];
    editFleet(sandbox, "catalog", (fleet) => {
      // A busy machine answers the edge's checks late.
      fleet.gate = { timeoutSeconds: 300 };
      fleet.hosts = {
        user: "deploy",
        privateKey: hosts.privateKey,
        mayDiffer: [
          ...hosts.packages.map((name) => `package ${name}`),
          ...["user deploy", "user sshd", "port tcp/22", "service ssh.service", "service sshd.service"],
          // Made by the scripts of those packages.
          ...["file /etc/hosts.*", "file /etc/rc?.d/*", "file /etc/runit*", "file /etc/ssh*"],
          ...["file /etc/sudoers.d/deploy", "file /etc/systemd/system/sshd.service"],
          "file /home/deploy/.ssh/authorized_keys",
        ],
        members: Object.fromEntries(
          members.map(({ name, address, hostKey }) => [name, { address, hostKey }]),
        ),
      };
    });
  });

  after(async () => {
    await hosts.dispose();
    await sandbox.dispose();
  });

  it("takes over from containers, host by host, without losing a request", async () => {
    target("hosts");
    const report = await preview();
    assert.deepEqual(report.hosts, [
      { name: "catalog", action: "configure", hosts: ["host1", "host2"], causes: [] },
    ]);
    await underLoadNothingFails(() => up());
    assert.deepEqual(await boxesThatAnswer(), ["host1", "host2"]);
    assert.match(await hostOf(0).run("stat", "--format=%a %U", "/etc/fleet/box.env"), /^600 root$/);
  });

  it("has no secret in the state or in what is printed", async () => {
    const token = /^TOKEN="(.*)"$/m.exec(await hostOf(0).run("cat", "/etc/fleet/box.env"))?.[1] ?? "";
    assert.match(token, /^\S{43}$/);
    const { stdout } = await sandbox.pulumi("stack", "export", "--stack", "dev");
    assert.equal(stdout.includes(token), false);
    assert.equal(readFileSync(logFile()).includes(token), false);
  });

  it("runs nothing when nothing changed", async () => {
    assert.equal((await preview()).changes, false);
  });

  it("is configured when a file of its roles changes, under load, and says why", async () => {
    const product = `Rope ${randomUUID()}`;
    sandbox.replace("apps/catalog/catalog/products.json", "Mooring rope", product);
    assert.deepEqual((await preview()).hosts[0]?.causes, [
      { kind: "file", what: "apps/catalog/catalog/products.json", change: "changed" },
    ]);
    await underLoadNothingFails(async () => {
      const output = await up();
      assert.match(
        output,
        /host1: gets no more requests[^]*host1: is healthy[^]*host2: gets no more requests/,
      );
    });
    for (const host of members)
      assert.match(await host.run("cat", "/opt/catalog/catalog/products.json"), new RegExp(product));
  });

  it("has what the container image has, but for what is declared", async () => {
    const parity = await sandbox.run("commands/main.ts", "parity", "catalog", "--without-machine");
    assert.equal(parity.exitCode, 0, parity.all);
    assert.match(
      parity.stdout,
      /^host host1: equal, \d+ declared as exceptions\nhost host2: equal, \d+ declared/m,
    );
  });

  it("has no drift until somebody leaves something there, whom no time of a file hides", async () => {
    assert.deepEqual(await driftOfHosts(sandbox), []);
    await damage(hostOf(1));
    assert.deepEqual(await driftOfHosts(sandbox), damageTold("host2"));
    await undoDamage(hostOf(1));
  });

  it("is told of what was planted on one host, with its cause", async () => {
    const host = hostOf(1);
    await host.run("sh", "-c", "echo planted > /opt/catalog/planted; chmod 600 /opt/catalog/catalog/api.py");
    await host.run("useradd", "--no-create-home", "--shell", "/bin/sh", "mallory");
    await host.run("sh", "-c", "ln -s /dev/null /etc/systemd/system/multi-user.target.wants/planted.service");
    await host.run(
      "sh",
      "-c",
      "sed -i '/^Package: sed$/,/^Version/s/^Version: /Version: 9:/' /var/lib/dpkg/status",
    );
    await host.run("systemd-run", "--unit=listener", "python3", "-m", "http.server", "9099");
    const parity = await sandbox.run(
      "commands/main.ts",
      "parity",
      "catalog",
      "--without-machine",
      "--format",
      "json",
    );
    assert.equal(parity.exitCode, 2, parity.all);
    const [clean, planted] = (JSON.parse(parity.stdout) as ParityReport).compared;
    const open = (compared = clean) =>
      (compared?.differences ?? []).filter(({ exception }) => exception === undefined);
    assert.deepEqual(open(clean), []);
    assert.deepEqual(
      open(planted).map(({ kind, name }) => `${kind} ${name}`),
      [
        "package sed",
        "user mallory",
        "service planted.service",
        "port tcp/9099",
        "file etc/systemd/system/multi-user.target.wants/planted.service",
        "file opt/catalog/catalog/api.py",
        "file opt/catalog/planted",
      ],
    );
    assert.match(open(planted)[0]?.cause ?? "", /installed from the mirror at another time/);
    assert.equal(open(planted)[3]?.cause, "python3 listens there");
    assert.match(open(planted)[6]?.cause ?? "", /^made there, last changed \d{4}-/);
    await host.run("systemctl", "stop", "listener.service");
    const unit = "/etc/systemd/system/multi-user.target.wants/planted.service";
    await host.run("rm", "/opt/catalog/planted", unit);
    await host.run("userdel", "mallory");
    await host.run("sed", "-i", "s/^Version: 9:/Version: /", "/var/lib/dpkg/status");
  });

  it("is told of what its roles would change, which changes nothing", async () => {
    const file = "/opt/catalog/catalog/products.json";
    await hostOf(1).run("sed", "-i", "s/Rope/Wire/", file);
    const { stdout, exitCode } = await sandbox.run("commands/main.ts", "preview", "--check-hosts");
    assert.equal(exitCode, 0, stdout);
    const [, first = "", second = ""] = stdout.split(/^catalog, host\d: /m);
    assert.doesNotMatch(first, /products\.json/);
    assert.match(
      second,
      /Tell what differs[^]*changed: \[host2\][^]*\?\?5\?+ +\/opt\/catalog\/catalog\/products\.json/,
    );
    assert.match(await hostOf(1).run("cat", file), /Wire/);
  });

  it("does not speak to a host with another key, and leaves it out", async () => {
    const setKey = (hostKey: string) => {
      editMembers((section) => {
        if (section["host1"]) section["host1"].hostKey = hostKey;
      });
    };
    setKey(hostOf(1).hostKey);
    const failed = await sandbox.run("commands/main.ts", "up");
    setKey(hostOf(0).hostKey);
    assert.notEqual(failed.exitCode, 0);
    assert.match(failed.all, /host host1: expected to reach \S+ by SSH, got .*Host key verification failed/);
    assert.deepEqual(await boxesThatAnswer(), ["host2"]);
  });

  it("stops at a host that fails, and names it and the task; the other serves on", async () => {
    const fault = "\n- name: Fail on purpose\n  ansible.builtin.command: /bin/false\n  changed_when: false\n";
    sandbox.replace(tasks, /$/, fault);
    const failed = await sandbox.run("commands/main.ts", "up");
    sandbox.replace(tasks, fault, "");
    assert.notEqual(failed.exitCode, 0);
    assert.match(
      failed.all,
      /fleet catalog, host host1: expected every task to succeed, got a failure of "catalog : Fail on purpose"/,
    );
    assert.match(failed.all, /host1 gets no requests until a run succeeds; 1 of 2 hosts stay as they were/);
    assert.deepEqual(await boxesThatAnswer(), ["host2"]);
  });

  it("is mended by configuring it again, whatever was changed by hand", async () => {
    assert.equal((await preview()).changes, false);
    await up("--hosts-again");
    assert.deepEqual(await boxesThatAnswer(), ["host1", "host2"]);
    assert.doesNotMatch(await hostOf(1).run("cat", "/opt/catalog/catalog/products.json"), /Wire/);
  });

  it("hands over to containers by one line, without losing a request, and stays in reserve", async () => {
    await underLoadNothingFails(async () => {
      target("containers");
      await up();
    });
    assert.deepEqual(await boxesThatAnswer(), ["catalog-1"]);
  });

  function target(kind: string): void {
    editFleet(sandbox, "catalog", (fleet) => {
      fleet.target = kind;
    });
  }

  function editMembers(change: (members: Record<string, { hostKey: string }>) => void): void {
    editEnvironment(sandbox, ({ fleets }) => {
      const section = fleets["catalog"]?.hosts as { members: Record<string, { hostKey: string }> };
      change(section.members);
    });
  }

  function hostOf(index: number): TestHost {
    const host = members[index];
    if (!host) throw new Error(`expected a host ${index}, got none`);
    return host;
  }

  /** Each one is compared with what a preview said just before it; but not where hosts are configured whatever it says. */
  async function up(...options: string[]): Promise<string> {
    if (options.length === 0) return exactUp(sandbox);
    const { exitCode, all } = await sandbox.run("commands/main.ts", "up", ...options);
    assert.equal(exitCode, 0, all);
    return all;
  }

  async function preview(): Promise<PreviewReport> {
    const { stdout } = await sandbox.run("commands/main.ts", "preview", "--format", "json");
    return JSON.parse(stdout) as PreviewReport;
  }

  async function underLoadNothingFails(work: () => Promise<unknown>): Promise<void> {
    const result = await underLoad(sandbox.port, work, undefined, 100);
    console.log(`      ${result.requests} requests, ${result.slowRequests} of 2 s`);
    assert.deepEqual(result.failures, {});
    assert.ok(result.requests > 300, `expected a load, got ${result.requests} requests`);
  }

  /** The names of the boxes that answer for the catalog. */
  async function boxesThatAnswer(): Promise<string[]> {
    const question = { host: "catalog.localhost", path: "/products/rope" };
    const answers = await Promise.all(Array.from({ length: 24 }, () => ask(sandbox.port, question)));
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
    return [...new Set(answers.map(({ box }) => box))].sort();
  }

  async function networkOfBoxes(): Promise<string> {
    const { boxes } = (sandbox.outputs()["fleets"] as Record<string, { boxes: Record<string, string> }>)[
      "web"
    ] ?? { boxes: {} };
    const format = "{{range $name, $_ := .NetworkSettings.Networks}}{{$name}}{{end}}";
    const { stdout } = await execa("docker", ["inspect", "--format", format, boxes["web-1"] ?? ""]);
    return stdout;
  }

  /** The log of the fleet's last run. */
  function logFile(): string {
    const { image = "" } =
      (sandbox.outputs()["fleets"] as Record<string, { image: string }>)["catalog"] ?? {};
    const home = process.env["XDG_CACHE_HOME"] ?? path.join(process.env["HOME"] ?? "", ".cache");
    const name = `catalog-${image.replace("sha256:", "").slice(0, 12)}.log`;
    return path.join(home, "immutable-fleets/logs", name);
  }
});
