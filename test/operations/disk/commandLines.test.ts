import { strict as assert } from "node:assert";
import { qemuArguments } from "../../../images/disk/boot/qemu.ts";
import { imageFile } from "../../../images/disk/diskFiles.ts";
import { mke2fsArguments } from "../../../images/disk/filesystem/mke2fs.ts";
import { convertArguments, overlayArguments } from "../../../images/disk/raw/qemuImg.ts";
import { diskIds } from "../../../images/disk/partition/ids.ts";
import { planLayout } from "../../../images/disk/partition/layout.ts";
import { mkfsVfatArguments } from "../../../images/disk/partition/esp.ts";
import { partitionScript, sfdiskArguments } from "../../../images/disk/partition/sfdisk.ts";
import { objcopyArguments } from "../../../images/disk/partition/uki.ts";

const digest = `sha256:${"a".repeat(64)}`;

describe("a disk's layout and identifiers", () => {
  it("are derived from the digest, and differ from one another", () => {
    const ids = diskIds(digest);
    assert.deepEqual(diskIds(digest), ids);
    assert.equal(new Set(Object.values(ids)).size, 6);
    assert.notEqual(diskIds("other").disk, ids.disk);
    assert.match(ids.disk, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("begin partitions at blocks of the EBS direct APIs", () => {
    const { esp, root, diskBytes } = planLayout(1024);
    for (const { offsetBytes, sizeBytes } of [esp, root])
      assert.equal((offsetBytes + sizeBytes) % (512 * 1024), 0);
    assert.equal(root.offsetBytes, esp.offsetBytes + esp.sizeBytes);
    assert.ok(root.offsetBytes + root.sizeBytes < diskBytes);
    assert.throws(
      () => planLayout(100, "images.web.disk.sizeMiB"),
      /^Error: images\.web\.disk\.sizeMiB: expected a whole number of at least 256, got 100/,
    );
  });
});

describe("command lines", () => {
  it("of sfdisk", () => {
    const script = partitionScript(planLayout(256), diskIds(digest)).split("\n");
    assert.deepEqual(sfdiskArguments("d.raw"), ["--quiet", "--no-reread", "--no-tell-kernel", "d.raw"]);
    assert.match(script[4] ?? "", /^start=2048, size=260096, type=C12A7328-.*, uuid=.*, name="esp"$/);
    assert.match(script[5] ?? "", /^start=262144, size=260096, type=4F68BCE3-.*, uuid=.*, name="root"$/);
  });

  it("of mke2fs, with nothing left to the host's configuration", () => {
    const make = {
      disk: "d.raw",
      offsetBytes: 1048576,
      sizeBytes: 1 << 30,
      uuid: "U",
      hashSeed: "H",
      label: "root",
      sourceDateEpoch: 1,
    };
    const features =
      "none,has_journal,ext_attr,resize_inode,dir_index,filetype,extent,64bit,flex_bg,sparse_super,large_file,huge_file,dir_nlink,extra_isize,metadata_csum";
    assert.deepEqual(mke2fsArguments(make), [
      ...[
        "-q",
        "-F",
        "-t",
        "ext4",
        "-O",
        features,
        "-b",
        "4096",
        "-I",
        "256",
        "-m",
        "0",
        "-i",
        "16384",
        "-J",
        "size=16",
      ],
      ...["-U", "U", "-L", "root", "-E"],
      "offset=1048576,hash_seed=H,root_owner=0:0,lazy_itable_init=0,lazy_journal_init=0,nodiscard",
      ...["d.raw", "1048576k"],
    ]);
  });

  it("of objcopy, with the initrd behind a kernel of any size", () => {
    const parts = { stub: "stub", ".osrel": "o", ".cmdline": "c", ".linux": "k", ".initrd": "i" };
    const sections = objcopyArguments(parts, 17 << 20, "out").join(" ");
    assert.match(sections, /--add-section \.linux=k --change-section-vma \.linux=0x2000000/);
    assert.match(sections, /--add-section \.initrd=i --change-section-vma \.initrd=0x4000000 stub out$/);
    // systemd's stub of Debian 13 says where it is loaded, and its sections count from there.
    const based = objcopyArguments(parts, 17 << 20, "out", 0x14df90000).join(" ");
    assert.match(based, /\.osrel=0x14dfb0000 .* \.linux=0x14ff90000 .* \.initrd=0x151f90000 stub out$/);
  });

  it("of mkfs.vfat and qemu-img", () => {
    const esp = {
      file: "esp",
      sizeBytes: 1,
      volumeId: "01234567",
      contents: new Map<string, string>(),
      sourceDateEpoch: 1,
    };
    assert.deepEqual(mkfsVfatArguments(esp), [
      "--invariant",
      "-F",
      "32",
      "-S",
      "512",
      "-s",
      "1",
      "-i",
      "01234567",
      "-n",
      "ESP",
      "esp",
    ]);
    assert.deepEqual(overlayArguments("d", "vmdk", "o"), [
      "create",
      "-q",
      "-f",
      "qcow2",
      "-F",
      "vmdk",
      "-b",
      "d",
      "o",
    ]);
    assert.deepEqual(convertArguments("d", "vmdk", "o"), [
      "convert",
      "-f",
      "raw",
      "-O",
      "vmdk",
      "-o",
      "subformat=streamOptimized",
      "d",
      "o",
    ]);
  });

  it("of qemu, with a guest that reaches nothing", () => {
    const firmware = { code: "CODE", variables: "VARS" };
    const machine = {
      kind: "ec2",
      accelerator: "tcg",
      overlay: "o",
      firmware,
      variables: "v",
      monitor: "m",
      forwards: new Map([[40000, 80]]),
      memoryMiB: 512,
    } as const;
    const line = qemuArguments(machine).join(" ");
    assert.match(line, /-netdev user,id=net,restrict=on,ipv6=off,hostfwd=tcp:127\.0\.0\.1:40000-:80 /);
    assert.match(
      line,
      /-device nvme,drive=disk,serial=fleet,bootindex=0 -device virtio-net-pci,netdev=net,romfile= /,
    );
    assert.match(
      qemuArguments({ ...machine, blankVolumes: ["a.raw"] }).join(" "),
      / -drive if=none,id=volume0,format=raw,file=a\.raw -device virtio-blk-pci,drive=volume0,serial=fleet-volume-0 /,
    );
  });
});

describe("imageFile", () => {
  it("names digest and volumes for systemd", () => {
    const volumes = { "/srv": "LABEL=srv", "/data": "/dev/sdf" };
    assert.equal(
      imageFile({ digest, volumes }),
      `FLEET_IMAGE_DIGEST=${digest}\nFLEET_VOLUMES="/data=/dev/sdf /srv=LABEL=srv"\n`,
    );
  });

  it("refuses what an environment file cannot hold", () => {
    assert.throws(() => imageFile({ digest: "latest" }), /digest: expected "sha256:"/);
    assert.throws(
      () => imageFile({ digest, volumes: { "/a b": "/dev/sdf" } }),
      /volumes\["\/a b"\]: expected an absolute path/,
    );
  });
});
