import { match, rejects } from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { projectRoot } from "../../../config/root.ts";
import { factsSettings } from "../../../images/layer/facts.ts";

describe("facts that were gathered beside the start of Ansible", function () {
  this.timeout(120_000);
  let folder: string;
  let facts: string;

  before(async function () {
    const { failed } = await execa("ansible-playbook", ["--version"], { reject: false });
    if (!failed) return;
    console.log("      skipped: ansible-playbook: expected on PATH, got none; run it through toolchain/run");
    this.skip();
  });

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "immutable-fleets-facts-"));
    facts = path.join(folder, "facts.json");
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("are those that it works with", async () => {
    const waited = play();
    writeFileSync(facts, JSON.stringify({ ansible_facts: { ansible_kernel: "told" } }));
    match(await waited, /"msg": "kernel told"/);
  });

  for (const [what, file, text] of [
    ["could not be", "facts.json.none", ""],
    ["are damaged", "facts.json", '{"ansible_facts": {"ansible_ker'],
  ] as const)
    it(`are gathered by it where they ${what}`, async () => {
      writeFileSync(path.join(folder, file), text);
      match(await play(), /"msg": "kernel \d+\./);
    });

  it("stop it where nothing can be done in the box", async () => {
    writeFileSync(`${facts}.failed`, "systemd in the build container: expected it to run within 30 s\n");
    await rejects(play(), /systemd in the build container: expected it to run within 30 s/);
  });

  /** What Ansible prints of a play on this machine under the name of the build container. */
  async function play(): Promise<string> {
    const playbook = path.join(folder, "play.yml");
    const tasks = [{ debug: { msg: "kernel {{ ansible_facts['kernel'] }}" } }];
    writeFileSync(playbook, JSON.stringify([{ hosts: "all", tasks }]));
    const python = "ansible_python_interpreter={{ ansible_playbook_python }}";
    const args = ["--inventory", "default,", "--connection", "local", "--extra-vars", python, playbook];
    const env = { ...factsSettings(projectRoot, facts), ANSIBLE_STRATEGY: "linear" };
    return (await execa("ansible-playbook", args, { env, cwd: folder, stdin: "ignore" })).stdout;
  }
});
