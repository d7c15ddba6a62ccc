import { deepEqual, doesNotMatch, equal, throws } from "node:assert/strict";
import { hostDifferences, isOwnOfHosts } from "../../../operations/parity/difference.ts";
import { formatParity, parityExitCode, type ParityReport } from "../../../operations/parity/report.ts";
import { rootFactsProgram } from "../../../operations/parity/readHost.ts";
import { readRootFacts } from "../../../operations/parity/rootFacts.ts";
import { describeFile, type RootManifest } from "../../../operations/parity/manifest.ts";

const file = (content: string, mode = 0o644) =>
  describeFile({ type: "file", mode, owner: "root", group: "root", content });
const link = (target: string) =>
  describeFile({ type: "symlink", mode: 0o777, owner: "root", group: "root", content: target });
const image: RootManifest = {
  packages: { libc6: "2.36", python3: "3.11" },
  files: { "opt/catalog/api.py": file("a"), "usr/bin/python3": file("p"), "dev/null": file("") },
  users: { root: "/root /bin/bash" },
  services: ["catalog.service"],
  ports: { "tcp/8081": "python3" },
};
const facts = {
  manifest: image,
  mounts: ["dev", "data"],
  programs: ["usr/bin/python3"],
  owners: new Map([
    ["usr/bin/python3", ["python3"]],
    ["usr/bin", ["python3", "libc6"]],
    ["usr/sbin/sshd", ["openssh-server"]],
    ["usr/lib/systemd/system/ssh.service", ["openssh-server"]],
    ["usr/lib/systemd/user/agent.socket", ["openssh-server"]],
  ]),
  changedSeconds: new Map([["opt/catalog/api.py", 1_800_000_000]]),
};
const host = (own: Partial<RootManifest>) => ({ ...facts, manifest: { ...image, ...own } });
const lines = (own: Partial<RootManifest>, exceptions: string[] = []) =>
  hostDifferences(image, host(own), exceptions).map(
    ({ kind, name, cause, exception }) => `${kind} ${name}: ${cause ?? "–"}; ${exception ?? "–"}`,
  );

describe("a host, beside the container image of the same roles,", () => {
  it("is equal in what both have", () => {
    deepEqual(lines({}), []);
  });

  it("may have its own keys, logs, homes, and whatever is mounted there", () => {
    const own = {
      "etc/ssh/ssh_host_rsa_key": file("k"),
      "home/ann/.profile": file("h"),
      "var/spool/mail/ann": file("m"),
      "data/x": file("d"),
    };
    const files: Record<string, string> = {
      ...image.files,
      ...own,
      "var/log/syslog": file("l"),
      "var/lib/dpkg/status": file("s"),
    };
    const { "dev/null": _, ...rest } = files;
    deepEqual(lines({ files: rest }), []);
    const compared = [
      ...["opt/x", "etc/motd", "usr/bin/python3"],
      // What lets somebody in, or runs by itself.
      ...["root/.ssh/authorized_keys", "home/ann/.ssh/authorized_keys", "var/spool/cron/crontabs/root"],
    ];
    deepEqual(compared.filter(isOwnOfHosts), []);
  });

  it("differs in files, packages, users, services and ports, each with its cause", () => {
    const changed = {
      packages: { libc6: "2.37", sed: "4" },
      files: { ...image.files, "opt/catalog/api.py": file("b"), "usr/bin/python3": file("q") },
      users: { ...image.users, ann: "/home/ann /bin/sh" },
      services: [],
      ports: { ...image.ports, "tcp/22": "sshd" },
    };
    deepEqual(lines(changed), [
      "package libc6: installed from the mirror at another time; upgrade it there, or build the image again; –",
      "package python3: it was removed there; –",
      "package sed: no role of the fleet installs it; –",
      "user ann: no role of the fleet creates it; –",
      "service catalog.service: –; –",
      "port tcp/22: sshd listens there; –",
      "file opt/catalog/api.py: last changed there 2027-01-15 08:00; –",
      "file usr/bin/python3: package python3 differs; –",
    ]);
  });

  it("may differ in what is declared, and in what follows from it", () => {
    const more = {
      packages: { ...image.packages, "openssh-server": "9", "openssh-client": "9" },
      files: {
        ...image.files,
        "usr/sbin/sshd": file("s"),
        "etc/systemd/system/multi-user.target.wants/ssh.service": link("ssh.service"),
        "etc/motd": file("m"),
      },
      services: [...image.services, "ssh.service"],
    };
    deepEqual(lines(more, ["package openssh-*", "file /etc/mot?"]), [
      "package openssh-client: no role of the fleet installs it; package openssh-*",
      "package openssh-server: no role of the fleet installs it; package openssh-*",
      "service ssh.service: package openssh-server differs; package openssh-*",
      "file etc/motd: –; file /etc/mot?",
      "file etc/systemd/system/multi-user.target.wants/ssh.service: package openssh-server differs; package openssh-*",
      "file usr/sbin/sshd: package openssh-server differs; package openssh-*",
    ]);
  });

  it("may have the folders of what is declared, as long as nothing else is in them", () => {
    const units = "etc/systemd/system/ssh.socket.wants";
    const sockets = "etc/systemd/user/sockets.target.wants";
    const made = {
      ...{ [units]: "directory 755 root:root", [`${units}/ssh.service`]: link("ssh.service") },
      ...{ [sockets]: "directory 755 root:root", [`${sockets}/agent.socket`]: link("agent.socket") },
      ...{ "opt/a": "directory 755 root:root", "opt/a/b": "directory 755 root:root" },
    };
    const folders = (more: Readonly<Record<string, string>>) =>
      lines(
        {
          packages: { ...image.packages, "openssh-server": "9" },
          files: { ...image.files, ...made, "opt/a/b/c": file("c"), ...more },
        },
        ["package openssh-*", "file /opt/a/b/c"],
      ).filter((line) => !/^package|openssh-server differs/.test(line));
    deepEqual(folders({}), [
      "file etc/systemd/system/ssh.socket.wants: for etc/systemd/system/ssh.socket.wants/ssh.service; package openssh-*",
      "file etc/systemd/user/sockets.target.wants: for etc/systemd/user/sockets.target.wants/agent.socket; package openssh-*",
      "file opt/a: for opt/a/b/c; file /opt/a/b/c",
      "file opt/a/b: for opt/a/b/c; file /opt/a/b/c",
      "file opt/a/b/c: –; file /opt/a/b/c",
    ]);
    deepEqual(
      folders({ "opt/a/d": file("d") }).filter((line) => line.endsWith("; –")),
      ["file opt/a: –; –", "file opt/a/d: –; –"],
    );
  });

  it("has a folder of several packages that only one of them does not explain", () => {
    const own = {
      packages: { libc6: "2.36", python3: "3.12" },
      files: { ...image.files, "usr/bin": "directory" },
    };
    deepEqual(lines(own, ["package python3"]).at(-1), "file usr/bin: –; –");
  });

  it("is not excused by a pattern that means something else", () => {
    const files = { ...image.files, "etc/motd": file("m"), "etc/xmotd": file("x") };
    deepEqual(lines({ files }, ["file /etc/.otd", "file etc/motd", "package *", "file /etc/m"]), [
      "file etc/motd: –; –",
      "file etc/xmotd: –; –",
    ]);
  });
});

describe("the report on parity", () => {
  const [open] = hostDifferences(image, host({ packages: { ...image.packages, sed: "4" } }), []);
  if (!open) throw new Error("expected a difference, got none");
  const declared = { ...open, exception: "package sed" };
  const report = (...compared: ParityReport["compared"]): ParityReport => ({
    fleet: "catalog",
    image: `sha256:${"a".repeat(64)}`,
    compared,
    notes: ["a note"],
  });
  const equalHost = { name: "host a", differences: [declared] };

  it("ends with 0 when all is equal but for exceptions, 2 when not, and 1 when it could not tell", () => {
    const away = { name: "host b", differences: [], fault: "no answer" };
    equal(parityExitCode(report(equalHost)), 0);
    equal(parityExitCode(report(equalHost, away)), 1);
    equal(parityExitCode(report(away, { name: "host c", differences: [open] })), 2);
  });

  it("is, for a terminal,", () => {
    const away = { name: "host b", differences: [], fault: "no answer" };
    equal(
      formatParity(report(equalHost, away, { name: "host c", differences: [open] })),
      `catalog: compared with the container image aaaaaaaaaaaa
host a: equal, 1 declared as exceptions
host b: could not be compared: no answer
host c: 1 difference
  package sed  image: none  there: 4  no role of the fleet installs it
a note
`,
    );
  });
});

describe("the program that a host runs", () => {
  it("has nothing that Ansible, which hands it on, would take for a template", () => {
    doesNotMatch(rootFactsProgram, /\{[{%#]/);
  });
});

describe("what a host prints of itself", () => {
  const printed = {
    files: {
      "opt/x": ["file", 0o600, 998, 0, "ab", 5],
      "etc/systemd/system/a.wants/b.service": ["symlink", 0o777, 0, 0, "/b", 6],
    },
    mounts: ["proc"],
    owners: { "opt/x": ["x"] },
    ports: { "tcp/80": "httpd" },
    programs: ["usr/bin/python3"],
    passwords: { web: "set" },
    passwd: "root:x:0:0::/root:/bin/sh\nweb:x:998:998::/srv:/bin/false\n",
    group: "root:x:0:\nsudo:x:27:ann,web\n",
    dpkg: "Package: x\nStatus: install ok installed\nVersion: 1\n",
    rpm: { y: "2:1-3" },
  };

  it("is read with names for numbers", () => {
    const { manifest, owners, changedSeconds, mounts } = readRootFacts(JSON.stringify(printed));
    deepEqual(manifest, {
      packages: { x: "1", y: "2:1-3" },
      files: {
        "opt/x": "file 600 web:root ab",
        "etc/systemd/system/a.wants/b.service": "symlink 777 root:root /b",
      },
      users: { root: "/root /bin/sh", web: "/srv /bin/false, in sudo, password set" },
      services: ["b.service"],
      ports: { "tcp/80": "httpd" },
    });
    deepEqual([owners.get("opt/x"), changedSeconds.get("opt/x"), mounts], [["x"], 5, ["proc"]]);
  });

  it("is refused when it is something else", () => {
    throws(() => readRootFacts(JSON.stringify({ ...printed, ports: [] })));
    throws(() => readRootFacts("no JSON"));
  });
});
