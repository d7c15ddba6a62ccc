import { deepEqual } from "node:assert/strict";
import { lockHooks, mmdebstrapArguments } from "../../../images/layer/rootfs.ts";

describe("the command line of mmdebstrap", () => {
  it("has what every base needs, and no documentation", () => {
    deepEqual(mmdebstrapArguments({ suite: "bookworm", packages: [], sources: [] }, "/work/root.tar"), [
      "--variant=minbase",
      "--include=ca-certificates,dbus,python3,python3-apt,systemd-sysv",
      "--format=tar",
      "--dpkgopt=path-exclude=/usr/share/doc/*",
      "--dpkgopt=path-exclude=/usr/share/man/*",
      "--dpkgopt=path-exclude=/usr/share/info/*",
      "--dpkgopt=path-exclude=/usr/share/locale/*",
      "--dpkgopt=path-include=/usr/share/doc/*/copyright",
      "bookworm",
      "/work/root.tar",
    ]);
  });

  it("has further packages once, in order, and the sources last", () => {
    const sources = [
      "deb https://mirror.example/debian trixie main",
      "deb https://mirror.example/extra trixie main",
    ];
    const mirror = { suite: "trixie", packages: ["sudo", "dbus", "acl"], sources };
    const args = mmdebstrapArguments(mirror, "/work/root.tar");
    deepEqual(args[1], "--include=acl,ca-certificates,dbus,python3,python3-apt,sudo,systemd-sysv");
    deepEqual(args.slice(-4), ["trixie", "/work/root.tar", ...sources]);
  });

  it("has hooks where the base is in the lock, and lets the files of packages be looked at", () => {
    deepEqual(lockHooks("/project/locked"), [
      "--skip=essential/unlink",
      "--setup-hook=/project/locked/mmdebstrap-setup.sh",
      "--customize-hook=/project/locked/mmdebstrap-customize.sh",
    ]);
  });
});
