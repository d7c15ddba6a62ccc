import * as assert from "node:assert/strict";
import { dpkgPackages, versionsOf } from "../../../images/proof/packages.ts";
import { compareManifests, describeProblems } from "../../../operations/parity/compare.ts";
import {
  describeFile,
  enabledUnits,
  groupNames,
  passwdUsers,
  passwordStates,
  type RootManifest,
} from "../../../operations/parity/manifest.ts";

const file = (content: string): string =>
  describeFile({ type: "file", mode: 0o644, owner: "root", group: "root", content });
const root: RootManifest = {
  packages: { libc6: "2.36", python3: "3.11" },
  files: { "etc/passwd": file("a"), "opt/catalog/api.py": file("b") },
  users: { root: "/root /bin/bash", catalog: "/opt/catalog /usr/sbin/nologin" },
  services: ["catalog.service"],
};
const below: RootManifest = {
  packages: { libc6: "2.36" },
  files: { "etc/passwd": file("0") },
  users: {},
  services: [],
};
const kernel: RootManifest = {
  packages: { ...below.packages, "linux-image": "6.1" },
  files: { "etc/passwd": file("1"), "boot/vmlinuz": file("k") },
  users: { "systemd-network": "/ /usr/sbin/nologin" },
  services: ["systemd-networkd.service"],
};
const brought = { without: below, with: kernel };
/** The same root on top of what brings the kernel. */
const machine: RootManifest = {
  packages: { ...root.packages, "linux-image": "6.1" },
  files: { ...root.files, "boot/vmlinuz": file("k"), "etc/passwd": file("c") },
  users: { ...root.users, ...kernel.users },
  services: [...root.services, ...kernel.services],
};

describe("compareManifests", () => {
  it("takes what a layer brings for granted, and nothing else", () => {
    assert.deepEqual(compareManifests(root, machine, brought), []);
    assert.deepEqual(
      compareManifests(root, machine).map(({ kind, name }) => `${kind} ${name}`),
      [
        "package linux-image",
        "user systemd-network",
        "service systemd-networkd.service",
        "file boot/vmlinuz",
        "file etc/passwd",
      ],
    );
  });

  const planted: [string, Partial<RootManifest>, string][] = [
    [
      "another version",
      { packages: { ...machine.packages, python3: "3.12" } },
      "package python3: 3.11 in the container image, 3.12 in the disk",
    ],
    [
      "a package that is missing",
      { packages: { libc6: "2.36", "linux-image": "6.1" } },
      "package python3: 3.11 in the container image, none in the disk",
    ],
    [
      "a package more",
      { packages: { ...machine.packages, curl: "8" } },
      "package curl: none in the container image, 8 in the disk",
    ],
    [
      "another content",
      { files: { ...machine.files, "opt/catalog/api.py": file("x") } },
      "file opt/catalog/api.py: file 644 root:root b in the container image, file 644 root:root x in the disk",
    ],
    [
      "a user's other shell",
      { users: { ...machine.users, catalog: "/opt/catalog /bin/sh" } },
      "user catalog: /opt/catalog /usr/sbin/nologin in the container image, /opt/catalog /bin/sh in the disk",
    ],
    [
      "a service that is not started",
      { services: kernel.services },
      "service catalog.service: enabled in the container image, none in the disk",
    ],
  ];
  for (const [title, change, line] of planted)
    it(`finds ${title}`, () => {
      const problems = compareManifests(root, { ...machine, ...change }, brought);
      assert.deepEqual(describeProblems(problems, ["the container image", "the disk"]), [line]);
    });

  it("leaves out the files that it is told to", () => {
    const changed = { ...machine, files: { ...machine.files, "opt/catalog/api.py": file("x") } };
    assert.deepEqual(
      compareManifests(root, changed, brought, (path) => path.startsWith("opt/")),
      [],
    );
  });
});

describe("a root's own records", () => {
  it("tell what gives a user rights: groups, a superuser's number, a password, never the password itself", () => {
    const passwd = "root:x:0:0::/root:/bin/sh\nann:x:1:1::/home/ann:/bin/sh\neve:x:0:5::/:/bin/sh\n";
    const shadow = "root:*:1::::::\nann:$y$abc:1::::::\neve::1::::::\nbob:!$y$abc:1::::::\n";
    const passwords = passwordStates(shadow);
    assert.deepEqual(passwords, { ann: "set", eve: "not needed" });
    const { users } = passwdUsers(passwd, "root:x:0:\nann:x:1:\nsudo:x:27:bob,ann\nadm:x:5:\n", passwords);
    assert.deepEqual(users, {
      root: "/root /bin/sh",
      ann: "/home/ann /bin/sh, in sudo, password set",
      eve: "/ /bin/sh, superuser, in adm, password not needed",
    });
  });

  it("are read as dpkg, passwd and systemd write them", () => {
    const status = [
      "Package: a\nStatus: install ok installed\nVersion: 1:2-3",
      "Package: b\nStatus: deinstall ok config-files\nVersion: 1",
      "Package: c\nStatus: hold ok installed\nArchitecture: amd64\nVersion: 2",
    ];
    assert.deepEqual(versionsOf(dpkgPackages(`${status.join("\n\n")}\n`)), { a: "1:2-3", c: "2" });
    const { users, names } = passwdUsers("root:x:0:0:root:/root:/bin/bash\nweb:x:999:998::/srv:/bin/false\n");
    assert.deepEqual(users, { root: "/root /bin/bash", web: "/srv /bin/false" });
    assert.equal(names.get(999), "web");
    assert.equal(groupNames("web:x:998:\n").get(998), "web");
    assert.deepEqual(
      enabledUnits([
        "etc/systemd/system/multi-user.target.wants/web.service",
        "etc/systemd/system/web.service",
        "etc/systemd/system/basic.target.requires/box.service",
      ]),
      ["box.service", "web.service"],
    );
  });
});
