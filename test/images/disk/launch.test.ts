import assert from "node:assert/strict";
import { accessSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { launch } from "../../../images/disk/boot/launch.ts";
import type { VirtualMachine } from "../../../images/disk/boot/qemu.ts";

/** What QEMU is seen to do under KVM on hosts that are guests themselves; emulated, it speaks. */
const standIn = (words: string) => `#!/bin/sh
case "$*" in
*"-accel kvm"*) echo ${words} >&2; exec sleep 60 ;;
*) echo firmware; exec sleep 60 ;;
esac
`;

describe("A virtual machine that KVM gives up", () => {
  let folder: string;
  const before = process.env["PATH"];

  beforeEach(function () {
    try {
      accessSync("/dev/kvm");
    } catch {
      process.stdout.write("    skipped: /dev/kvm is not there\n");
      this.skip();
    }
    folder = mkdtempSync(path.join(tmpdir(), "immutable-fleets-launch-"));
    process.env["PATH"] = `${folder}:${before ?? ""}`;
  });

  afterEach(() => {
    process.env["PATH"] = before;
    rmSync(folder, { recursive: true, force: true });
  });

  for (const words of [
    "'KVM internal error. Suberror: 1'",
    "'KVM: entry failed, hardware error 0x80000021'",
    "'error: kvm run failed Bad address'",
  ])
    it(`is emulated at once where QEMU says ${words}`, async () => {
      writeFileSync(path.join(folder, "qemu-system-x86_64"), standIn(words), { mode: 0o755 });
      const log = path.join(folder, "console.log");
      const started = performance.now();
      const guest = await launch(machine(folder), log);
      await guest.spoke;
      assert.ok(performance.now() - started < 10_000, "expected no wait for the firmware's first word");
      guest.kill();
      await guest.exited;
      assert.equal(readFileSync(log, "utf8"), "firmware\n");
    });
});

const machine = (folder: string): VirtualMachine => ({
  ...{ kind: "ec2", accelerator: "kvm", overlay: "", variables: "", memoryMiB: 1 },
  firmware: { code: "", variables: "" },
  monitor: path.join(folder, "monitor"),
  forwards: new Map(),
});
