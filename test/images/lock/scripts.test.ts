import { deepEqual, equal } from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { projectRoot } from "../../../config/root.ts";
import { digestLines } from "../../../images/lock/stage.ts";
import { toldByBuild } from "../../../images/lock/told.ts";
import { refusedByLock } from "../../../images/layer/failure.ts";
import { sha256 } from "../../../plan/digest.ts";

const scripts = path.join(projectRoot, "images/packer/locked/box");

describe("the scripts that hold apt to the lock", function () {
  this.timeout("20s");
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-lock-"));
  const write = (name: string, text: string) => {
    writeFileSync(path.join(folder, name), text);
  };
  const files: Record<string, string> = {};

  before(async function () {
    if ((await execa("dpkg-deb", ["--version"], { reject: false })).failed) this.skip();
    for (const [name, version] of [
      ["ledger", "1:1.0-1"],
      ["other", "2"],
      ["catalog", "1+abc"],
    ] as const) {
      const tree = path.join(folder, `tree-${name}`);
      mkdirSync(path.join(tree, "DEBIAN"), { recursive: true });
      const control = `Package: ${name}\nVersion: ${version}\nArchitecture: all\nMaintainer: T <t@example.org>\nDescription: x\n`;
      writeFileSync(path.join(tree, "DEBIAN/control"), control);
      files[name] = path.join(folder, `${name}.deb`);
      await execa("dpkg-deb", ["--root-owner-group", "--build", tree, files[name]]);
    }
    write("place", "base.python\n");
    write("made", "catalog\n");
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const digest = (name: string) => sha256(readFileSync(files[name] ?? ""));
  const check = (digests: Parameters<typeof digestLines>[0], there = "") => {
    write("digests", digestLines(digests));
    write("there", there);
    write("installed", "");
    const input = `${Object.values(files).join("\n")}\n/nowhere.deb\n`;
    return execa("sh", [path.join(scripts, "check.sh")], { input, env: { LOCK: folder }, reject: false });
  };
  const installed = () => readFileSync(path.join(folder, "installed"), "utf8");

  it("pin what is locked, and what is there as it is", async () => {
    const root = path.join(folder, "root");
    mkdirSync(path.join(root, "etc/apt/auth.conf.d"), { recursive: true });
    write("digests", digestLines({ "ledger:all": { version: "1:1.0-1" }, "libc6:amd64": { version: "2" } }));
    await execa("sh", [path.join(scripts, "hold.sh"), root], { env: { LOCK: folder } });
    const pins = path.join(root, "etc/apt/preferences.d/zz-fleet-lock");
    equal(
      readFileSync(pins, "utf8"),
      "Package: ledger\nPin: version 1:1.0-1\nPin-Priority: 1001\n\nPackage: libc6:amd64\nPin: version 2\nPin-Priority: 1001\n\n",
    );
    mkdirSync(path.join(root, "var/lib/apt/lists"), { recursive: true });
    writeFileSync(
      path.join(root, "var/lib/apt/lists/mirror_InRelease"),
      "Origin: x\nDate: Sat, 28 Nov 2026 20:11:03 UTC\n",
    );
    write("installed", `ledger:all 1:1.0-1 ${"a".repeat(64)}\n`);
    const told = await execa("sh", [path.join(scripts, "release.sh"), root], { env: { LOCK: folder } });
    write("layer.told", `${told.stdout}\n`);
    const { packages, indexes } = toldByBuild(folder);
    deepEqual(packages, { "ledger:all": { version: "1:1.0-1", sha256: "a".repeat(64) } });
    equal(indexes["mirror"]?.date, "2026-11-28T20:11:03Z");
    equal((await execa("test", ["-e", pins], { reject: false })).exitCode, 1);
  });

  it("let pass what the lock has, and note it; packages made here are none of theirs", async () => {
    const other = { version: "2" };
    const { exitCode, stderr } = await check({
      "ledger:all": { version: "1:1.0-1", sha256: digest("ledger") },
      "other:all": other,
    });
    deepEqual([exitCode, stderr], [0, ""]);
    equal(installed(), `ledger:all 1:1.0-1 ${digest("ledger")}\nother:all 2 ${digest("other")}\n`);
  });

  it("refuse other content than the lock has, frozen or not", async () => {
    const wrong = "0".repeat(64);
    const { exitCode, stderr } = await check({ "ledger:all": { version: "1:1.0-1", sha256: wrong } });
    equal(exitCode, 1);
    deepEqual(refusedByLock(stderr), [
      `images.lock.yaml: expected SHA-256 ${wrong} of ledger:all 1:1.0-1 in base.python, got ${digest("ledger")}; its mirror has other content under the same version: ask whoever publishes it, or take the line out and lock it again`,
    ]);
  });

  it("refuse another version than a locked one that can be had no more", async () => {
    const { stderr } = await check({ "other:all": { version: "1" } }, "ledger:all 1:1.0-1\n");
    deepEqual(refusedByLock(stderr), [
      "images.lock.yaml: expected other:all 1 in base.python, got a mirror that has 2 and no longer that; npm run freshen and up lock it again",
    ]);
  });

  it("refuse what the lock does not know where it is frozen, else note it", async () => {
    const lock = { "ledger:all": { version: "1:1.0-1" } };
    equal((await check(lock)).exitCode, 0);
    equal(installed().includes("other:all 2 "), true);
    write("frozen", "");
    const { exitCode, stderr } = await check(lock);
    equal(exitCode, 1);
    deepEqual(refusedByLock(stderr), [
      "images.lock.yaml: expected other:all not at all in base.python, got 2; npm run images and npm run lock without CI=true lock it again",
    ]);
    // As Ansible tells it.
    deepEqual(
      refusedByLock(`    docker.ansible:   stderr: "E: x\\n${stderr}\\nE: y"\n`),
      refusedByLock(stderr),
    );
  });
});
