import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { ansibleStrategies } from "../../images/layer/strategies.ts";
import { exactUp } from "../sandbox/exact.ts";
import { createSandbox, type Sandbox } from "../sandbox/sandbox.ts";

interface ProjectFile {
  config: Record<string, { value: Record<string, unknown> }>;
}

describe("A role that somebody else wrote for ordinary hosts", function () {
  this.timeout("20m");
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await createSandbox("role");
    cpSync(path.join(import.meta.dirname, "roles"), path.join(sandbox.folder, "playbooks/roles"), {
      recursive: true,
    });
    sandbox.edit("Pulumi.yaml", ({ config }: ProjectFile) => {
      Object.assign(config["layers"]?.value ?? {}, { webserver: { on: "base", roles: ["webserver"] } });
      const application = { layer: "webserver", port: 8090, public: true, volatile: ["/var/lib/nginx"] };
      config["applications"] = { value: { webserver: application } };
      config["accessories"] = { value: {} };
      config["fleets"] = { value: { web: { applications: ["webserver"] } } };
    });
    sandbox.edit("Pulumi.dev.yaml", (document: { config: Record<string, unknown> }) => {
      const edge = { layer: "haproxy", port: sandbox.port };
      document.config["immutable-fleets:environment"] = { edge, fleets: { web: { boxes: 1 } } };
    });
  });

  after(() => sandbox.dispose());

  it("is told how to run when its service cannot stay in the foreground as configured", async () => {
    const inForeground = { web: { applications: ["webserver"], init: "foreground" } };
    sandbox.edit("Pulumi.yaml", ({ config }: ProjectFile) => {
      config["fleets"] = { value: inForeground };
    });
    const up = await sandbox.run("commands/main.ts", "up");
    assert.notEqual(up.exitCode, 0);
    assert.match(
      up.all,
      /fleets\.web\.init: expected .*, got .*nginx\.service.*; set fleets\.web\.init: systemd/,
    );
    assert.doesNotMatch(up.all, /at .*\.ts:\d+/, "expected no stack trace");
  });

  it("runs unchanged where nothing is configured, by systemd on a read-only root, and the preview says why", async () => {
    sandbox.edit("Pulumi.yaml", ({ config }: ProjectFile) => {
      config["fleets"] = { value: { web: { applications: ["webserver"] } } };
    });
    const preview = await sandbox.run("commands/main.ts", "preview");
    assert.match(
      preview.all,
      /fleets\.web: its boxes run systemd, because of several enabled units, .*nginx\.service/,
    );
    await exactUp(sandbox);
    const page = await fetch(`http://127.0.0.1:${sandbox.port}/`);
    assert.equal(await page.text(), "written by a role for hosts\n");
  });

  it("is named with its task and the way out when it needs a kernel of its own, but not for Mitogen's sake", async () => {
    const tasks = path.join(sandbox.folder, "playbooks/roles/webserver/tasks/main.yml");
    const refuse = "- name: refuse Mitogen\n  shell: '! grep -aqs [m]itogen /proc/[0-9]*/cmdline'\n";
    const load = "- name: load a module\n  command: modprobe dummy\n";
    writeFileSync(tasks, `${readFileSync(tasks, "utf8")}\n${refuse}\n${load}`);
    const up = await sandbox.run("commands/main.ts", "up");
    assert.notEqual(up.exitCode, 0);
    // A machine's own Ansible may have no Mitogen.
    if (ansibleStrategies()[0] !== undefined)
      assert.match(up.all, /mitogen_linear failed: again, by Ansible's own strategy/);
    assert.match(
      up.all,
      /layers\.webserver: expected every task to succeed, got a failure of "webserver : load a module"/,
    );
    assert.match(up.all, /machineOnly: true/);
    const page = await fetch(`http://127.0.0.1:${sandbox.port}/`);
    assert.equal(page.status, 200);
  });
});
