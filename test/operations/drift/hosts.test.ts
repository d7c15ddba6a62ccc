import { deepEqual, match } from "node:assert/strict";
import { createHash } from "node:crypto";
import { digestVariable, environmentVariable } from "../../../fleets/hosts/request.ts";
import { describeFile, type RootManifest } from "../../../operations/parity/manifest.ts";
import { describeFinding } from "../../../operations/drift/finding/finding.ts";
import { formatDriftText } from "../../../operations/drift/format.ts";
import { hostFindings } from "../../../operations/drift/hostFindings.ts";
import { wantedHostFleets } from "../../../operations/state/host.ts";

const file = (content: string, mode = 0o644) =>
  describeFile({ type: "file", mode, owner: "root", group: "root", content });
const environment = { FLEET_BOX: "host1", PASSWORD: 'a"$b\\`', fleet: "catalog" };
const written = [
  "# Written by the role `base`; changed there, not here.",
  'fleet="catalog"',
  'FLEET_BOX="host1"',
  'PASSWORD="a\\"\\$b\\\\\\`"',
  "",
].join("\n");
const boxEnvironment = file(createHash("sha256").update(written).digest("hex"), 0o600);
const image: RootManifest = {
  packages: { sed: "4.9" },
  files: { "opt/catalog/api.py": file("a"), "usr/bin/python3": file("p"), "usr/bin/sed": file("s") },
  users: { root: "/root /bin/bash" },
  services: [],
  ports: { "tcp/8081": "python3" },
};
const facts = (own: Partial<RootManifest> = {}, more: { mounts?: string[]; programs?: string[] } = {}) => ({
  manifest: {
    ...image,
    ...own,
    files: { ...image.files, "etc/fleet/box.env": boxEnvironment, ...own.files },
  },
  mounts: ["dev", "etc/hosts", ...(more.mounts ?? [])],
  programs: ["usr/bin/python3", ...(more.programs ?? [])],
  owners: new Map([
    ["usr/bin/sed", ["sed"]],
    ["usr/sbin/sshd", ["openssh-server"]],
  ]),
  changedSeconds: new Map<string, number>(),
});
const told = (seen: ReturnType<typeof facts>, mayDiffer: string[] = []) =>
  hostFindings({ name: "host1", environment, mayDiffer }, image, seen).map(describeFinding);

describe("drift of a mutable host", () => {
  it("is none where it has what its roles make, and the environment that it was given", () => {
    deepEqual(told(facts()), []);
  });

  it("is told for files, packages, users and ports; a package explains its own files", () => {
    const own = {
      packages: { sed: "9:4.9" },
      files: { "opt/catalog/api.py": file("b"), "opt/x": file("x"), "usr/bin/sed": file("t") },
      users: { ...image.users, eve: "/ /bin/sh, superuser" },
      ports: { ...image.ports, "tcp/9099": "nc" },
    };
    deepEqual(told(facts(own)), [
      "content host1: package sed: expected 4.9, got 9:4.9",
      "content host1: user eve: expected none, got / /bin/sh, superuser",
      "content host1: port tcp/9099: expected none, got nc",
      "content host1: file /opt/catalog/api.py changed",
      "content host1: file /opt/x added",
    ]);
  });

  it("is told for what an attacker leaves: a key, a task, hidden rights, a program, a mount, another environment", () => {
    const files = {
      "root/.ssh/authorized_keys": file("k"),
      "var/spool/cron/crontabs/root": file("c"),
      "var/tmp/sh": file("s", 0o4755),
      "etc/fleet/box.env": file("e", 0o600),
    };
    const more = { mounts: ["usr/bin/sed", "srv/data"], programs: ["tmp/miner", "usr/bin/nc (deleted)"] };
    deepEqual(told(facts({ files }, more)), [
      "settings host1: environment in /etc/fleet/box.env changed",
      "content host1: file /root/.ssh/authorized_keys added",
      "content host1: file /var/spool/cron/crontabs/root added",
      "content host1: file /var/tmp/sh gives its owner's rights to whoever starts it",
      "content host1: mount at /usr/bin/sed hides what the image has there",
      "content host1: process /tmp/miner runs, which is no program of the image",
      "content host1: process /usr/bin/nc (deleted) runs, which is no program of the image",
    ]);
  });

  it("is none for what is declared to differ", () => {
    const own = {
      packages: { ...image.packages, "openssh-server": "9" },
      files: { "usr/sbin/sshd": file("d") },
    };
    const seen = facts(own, { programs: ["usr/sbin/sshd"] });
    deepEqual(told(seen, ["package openssh-*"]), []);
  });
});

describe("what to do about hosts that drifted", () => {
  it("is to configure them again", () => {
    const found = hostFindings({ name: "host1", environment, mayDiffer: [] }, image, facts({ packages: {} }));
    match(
      formatDriftText({ stack: "dev", findings: found, unknown: [] }),
      /^dev: 1 difference\n {2}content host1: package sed: expected 4\.9, got none\nConfigure the hosts again: npm run up -- --stack dev --hosts-again; remove/,
    );
  });
});

describe("the hosts that a state wants", () => {
  const urn = "urn:pulumi:dev::p::fleet:index:HostFleet$command:local:Command::catalog-hosts";
  const resource = {
    ...{
      urn,
      type: "command:local:Command",
      name: "catalog-hosts",
      id: "x",
      outputs: {},
      provider: "",
      pendingDelete: false,
    },
    inputs: {
      stdin: JSON.stringify({ fleet: "catalog", hosts: [{ name: "host1", address: "h" }] }),
      environment: { [environmentVariable]: '{"A":"1"}', [digestVariable]: "sha256:1" },
    },
  };

  it("are those of the commands that configure them", () => {
    deepEqual(wantedHostFleets([resource, { ...resource, pendingDelete: true }, { ...resource, urn: "u" }]), [
      {
        urn,
        request: { fleet: "catalog", hosts: [{ name: "host1", address: "h" }] },
        environment: { A: "1" },
        content: "sha256:1",
      },
    ]);
  });
});
