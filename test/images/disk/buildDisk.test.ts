import { strict as assert } from "node:assert";
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { applyLayer } from "../../../images/disk/applyLayer.ts";
import { buildBaseDisk } from "../../../images/disk/buildBaseDisk.ts";
import { diskDigest } from "../../../images/disk/raw/changedBlocks.ts";
import { debugfsRequest } from "../../../images/disk/filesystem/debugfs.ts";
import { convertDisk, diskFormats } from "../../../images/disk/format/convertDisk.ts";
import { execute } from "../../../work/execute.ts";
import {
  overlayArguments,
  overlayBytes,
  qemuImg,
  type QemuFormat,
} from "../../../images/disk/raw/qemuImg.ts";
import { takeProgram } from "../../../images/disk/boot/program.ts";
import { planLayout } from "../../../images/disk/partition/layout.ts";
import { useFolder } from "../../support/folder.ts";
import { writeTestLayer } from "./support/layerTar.ts";
import { needs } from "./support/tools.ts";

const stub = "/usr/lib/systemd/boot/efi/linuxx64.efi.stub";
const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const sourceDateEpoch = 1_735_689_600;
const nobody = 65534;

/** Not bootable: kernel and initrd are a few bytes. Whether a disk boots is tried by test/e2e. */
describe("a disk", function () {
  this.timeout(300_000);
  const folder = useFolder();
  const at = (name: string): string => join(folder(), name);
  const root = (disk: string): { disk: string; offsetBytes: number } => ({
    disk,
    offsetBytes: planLayout(256).root.offsetBytes,
  });

  before(async function () {
    needs(this, "mke2fs", "debugfs", "e2fsck", "sfdisk", "mcopy", "mkfs.vfat", "objcopy", "qemu-img");
    if (!existsSync(stub)) {
      console.log(`      skipped: ${stub} not found; install systemd-boot-efi`);
      this.skip();
    }
    chmodSync(folder(), 0o755);
    writeTestLayer(at("base.tar"), [
      { path: "usr/lib/os-release", content: "ID=test\n" },
      { path: "etc/passwd", mode: 0o600 },
    ]);
    writeTestLayer(at("machine.tar"), [
      { path: "boot/vmlinuz-6.1.9-cloud", content: "old" },
      { path: "boot/vmlinuz-6.1.10-cloud", content: "kernel" },
      { path: "boot/initrd.img-6.1.10-cloud", content: "initrd" },
      { path: "usr/lib/systemd/boot/efi/linuxx64.efi.stub", content: readFileSync(stub) },
    ]);
    writeTestLayer(at("app.tar"), [
      { path: "etc/hosts", content: "from the engine" },
      { path: "srv/app", content: "app" },
    ]);
    await buildBaseDisk({
      layers: [at("base.tar"), at("machine.tar")],
      sizeMiB: 256,
      output: at("base.raw"),
      digest: digest("a"),
      sourceDateEpoch,
    });
    await applyLayer({
      parentDisk: at("base.raw"),
      layerTar: at("app.tar"),
      output: at("app.raw"),
      digest: digest("b"),
      sourceDateEpoch,
    });
  });

  it("is the same, bytes for bytes, in another folder and by another user", async () => {
    mkdirSync(at("other"));
    const user = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
    if (user.uid !== undefined) chownSync(at("other"), nobody, nobody);
    const main = join(import.meta.dirname, "../../../commands/disk.ts");
    const common = ["--epoch", String(sourceDateEpoch), "--digest"];
    const base = [
      "--layer",
      at("base.tar"),
      "--layer",
      at("machine.tar"),
      "--size-mib",
      "256",
      "--output",
      at("other/base.raw"),
    ];
    const app = ["--parent", at("other/base.raw"), "--layer", at("app.tar"), "--output", at("other/app.raw")];
    await execa(process.execPath, [main, "build", ...base, ...common, digest("a")], {
      cwd: at("other"),
      ...user,
    });
    await execa(process.execPath, [main, "apply", ...app, ...common, digest("b")], {
      cwd: at("other"),
      ...user,
    });
    assert.equal(await diskDigest(at("other/base.raw")), await diskDigest(at("base.raw")));
    assert.equal(await diskDigest(at("other/app.raw")), await diskDigest(at("app.raw")));
  });

  it("has a partition table, and starts the newest kernel from the path that firmware tries", async () => {
    const { stdout } = await execute("sfdisk", ["--verify", at("base.raw")], { package: "fdisk" });
    assert.match(stdout, /No errors detected/);
    const esp = ["-i", `${at("base.raw")}@@1M`];
    await execute("mcopy", [...esp, "::/EFI/BOOT/BOOTX64.EFI", at("boot.efi")], { package: "mtools" });
    await execute(
      "objcopy",
      [
        "-O",
        "binary",
        "--dump-section",
        `.cmdline=${at("cmdline")}`,
        "--dump-section",
        `.linux=${at("linux")}`,
        at("boot.efi"),
        at("rest"),
      ],
      { package: "binutils" },
    );
    assert.match(
      readFileSync(at("cmdline"), "utf8"),
      /^root=PARTUUID=[0-9a-f-]{36} ro console=tty0 console=ttyS0,115200n8 /,
    );
    assert.equal(readFileSync(at("linux"), "utf8"), "kernel");
  });

  it("says which image it holds, and brings what an engine would provide", async () => {
    assert.equal(
      await debugfsRequest(root(at("app.raw")), "cat /etc/fleet/image.env"),
      `FLEET_IMAGE_DIGEST=${digest("b")}\n`,
    );
    assert.match(await debugfsRequest(root(at("app.raw")), "cat /etc/hosts"), /^127\.0\.0\.1 localhost\n/);
    assert.match(
      await debugfsRequest(root(at("app.raw")), "stat /etc/resolv.conf"),
      /Fast link dest: "\.\.\/run\/systemd\/resolve\/stub-resolv\.conf"/,
    );
    assert.equal(await debugfsRequest(root(at("app.raw")), "cat /srv/app"), "app");
  });

  for (const format of diskFormats)
    it(`becomes ${format}, the same twice and with the same content`, async () => {
      const output = at(`fleet.${format}`);
      await convertDisk({ disk: at("app.raw"), format, output, name: "fleet" });
      const once = await diskDigest(output);
      await convertDisk({ disk: at("app.raw"), format, output, name: "fleet" });
      assert.equal(await diskDigest(output), once);
      if (format === "ova") await execute("tar", ["-xf", output, "-C", folder()], { package: "tar" });
      const kind = format === "ova" ? "vmdk" : format;
      const disk = format === "ova" ? at("fleet.vmdk") : output;
      await execute("qemu-img", ["compare", "-f", kind, "-F", "raw", disk, at("app.raw")], {
        package: "qemu-utils",
      });
    });

  it("is tried in its new format before it takes its place; one that fails is not made", async () => {
    const tried: string[] = [];
    const program = await diskDigest(await takeProgram(at("app.raw"), "raw", folder()));
    const trial = async (disk: string, format: QemuFormat): Promise<void> => {
      const args = ["compare", "-f", format, "-F", "raw", disk, at("app.raw")];
      await execute("qemu-img", args, { package: "qemu-utils" });
      // What a boot test needs of it: an overlay that holds nothing yet, and the program that firmware starts.
      await qemuImg(overlayArguments(disk, format, at("overlay.qcow2")));
      assert.equal(await overlayBytes(at("overlay.qcow2")), 0);
      assert.equal(await diskDigest(await takeProgram(disk, format, folder())), program);
      tried.push(format);
      throw new Error("it does not boot");
    };
    for (const format of diskFormats) {
      const output = at(`tried.${format}`);
      await assert.rejects(convertDisk({ disk: at("app.raw"), format, output, trial }), /it does not boot/);
      assert.equal(existsSync(output), false);
    }
    assert.deepEqual(tried, ["raw", "qcow2", "vmdk", "vmdk"]);
  });

  it("refuses what cannot boot, and a kernel that would never start", async () => {
    const base = { sizeMiB: 256, output: at("bad.raw"), digest: digest("c"), sourceDateEpoch };
    await assert.rejects(
      buildBaseDisk({ ...base, layers: [at("base.tar")] }),
      /\/boot\/vmlinuz-\*: expected in the image, got nothing; add the role "machine"/,
    );
    const above = {
      parentDisk: at("base.raw"),
      layerTar: at("machine.tar"),
      output: at("bad.raw"),
      digest: digest("c"),
      sourceDateEpoch,
    };
    await assert.rejects(applyLayer(above), /machine\.tar: expected no kernel above the machine layer/);
    assert.equal(existsSync(at("bad.raw")), false);
  });
});
