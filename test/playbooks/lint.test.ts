import { equal } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { execa } from "execa";

const playbooks = fileURLToPath(new URL("../../playbooks", import.meta.url));

describe("playbooks", function () {
  this.timeout(180_000);

  it("pass ansible-lint's production profile", async function () {
    if (!(await isInstalled("ansible-lint"))) skip(this, "ansible-lint");
    await succeed("ansible-lint", ["--offline", "--nocolor"]);
  });

  it("are accepted by ansible-playbook", async function () {
    if (!(await isInstalled("ansible-playbook"))) skip(this, "ansible-playbook");
    await succeed("ansible-playbook", ["--syntax-check", "--inventory", "inventories/hosts.example.yml", "site.yml"]);
  });
});

async function isInstalled(program: string): Promise<boolean> {
  const { failed } = await execa(program, ["--version"], { reject: false });
  return !failed;
}

/** Ends the test. */
function skip(context: Mocha.Context, program: string): never {
  console.log(`      skipped: ${program}: expected on PATH, got none; run it through toolchain/run`);
  return context.skip();
}

async function succeed(program: string, args: string[]): Promise<void> {
  const { exitCode, all } = await execa(program, args, { cwd: playbooks, all: true, reject: false });
  equal(exitCode, 0, `${program} ${args.join(" ")}:\n${all}`);
}
