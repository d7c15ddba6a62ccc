import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { projectRoot } from "../../config/root.ts";
import { smallDisk } from "../work/fullDisk.ts";

const steps = path.join(projectRoot, "toolchain/steps/state.sh");

/** Makes a passphrase as the tool chain does. */
function generate(file: string) {
  const script = 'set -euo pipefail; . "$1"; generate_passphrase "$2"';
  return execa("bash", ["-c", script, "passphrase", steps, file], { reject: false });
}

describe("the passphrase of a clone's stacks", () => {
  let folder = "";
  let file = "";
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "fleet-passphrase-"));
    file = path.join(folder, ".pulumi-passphrase");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("is made once, for its owner alone, also when several runs are first", async () => {
    const runs = await Promise.all([generate(file), generate(file), generate(file)]);
    assert.deepEqual(
      runs.map(({ exitCode }) => exitCode),
      [0, 0, 0],
    );
    const made = readFileSync(file, "utf8");
    assert.match(made, /^[A-Za-z0-9+/]{32}\n$/);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    await generate(file);
    assert.equal(readFileSync(file, "utf8"), made);
    assert.deepEqual(readdirSync(folder), [".pulumi-passphrase"]);
  });

  it("is made again where a full disk left an empty one, unless stacks are there", async () => {
    writeFileSync(file, "");
    assert.equal((await generate(file)).exitCode, 0);
    assert.match(readFileSync(file, "utf8"), /^.{32}\n$/);
    const stacks = path.join(folder, ".pulumi-state/.pulumi/stacks/immutable-fleets");
    mkdirSync(stacks, { recursive: true });
    writeFileSync(path.join(stacks, "dev.json"), "{}");
    writeFileSync(file, "");
    const refused = await generate(file);
    assert.equal(refused.exitCode, 1);
    assert.match(refused.stderr, /\.pulumi-passphrase: expected the passphrase of the stacks in \.pulumi-state, got an empty file; put it in/);
    assert.equal(readFileSync(file, "utf8"), "");
  });

  it("is not made on a full disk, which is told", async function () {
    const disk = smallDisk(64);
    if (!disk) {
      console.log("      skipped: only root may mount a small disk");
      this.skip();
    }
    try {
      disk.fill();
      const { exitCode, stderr } = await generate(path.join(disk.folder, ".pulumi-passphrase"));
      assert.equal(exitCode, 1);
      assert.match(stderr, /\.pulumi-passphrase: expected room for a passphrase, got none; make room/);
      assert.deepEqual(readdirSync(disk.folder), ["filler"]);
    } finally {
      disk.remove();
    }
  });

  it("is not for git, nor is what a killed run left of it, or of a key", async () => {
    const names = [".pulumi-passphrase", ".pulumi-passphrase.1", ".release-key.1", "releases/dev/.1.json.7.partial"];
    const { stdout } = await execa("git", ["check-ignore", "--no-index", ...names], { cwd: projectRoot });
    assert.deepEqual(stdout.split("\n"), names);
  });
});
