import assert from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import fc from "fast-check";
import { ageDrift } from "../../operations/drift/finding/age.ts";
import { contentDrift, type Inside } from "../../operations/drift/finding/content.ts";
import { describeFinding, driftExitCode, type DriftFinding } from "../../operations/drift/finding/finding.ts";
import { formatDriftMarkdown, formatDriftText } from "../../operations/drift/format.ts";
import { repairUrns } from "../../operations/drift/repair.ts";
import { resourceDrift } from "../../operations/drift/resources.ts";
import { settingsDrift } from "../../operations/drift/settings.ts";
import { strangers } from "../../operations/drift/strangers.ts";
import { facts, inside, wanted } from "./fixture/box.ts";

const fromImage = { environment: { PATH: "/bin" }, labels: { "immutable-fleets.layer": "catalog" } };
const told = (findings: readonly DriftFinding[]) => findings.map(describeFinding);
const host = (changes: Partial<ReturnType<typeof facts>["HostConfig"]>) =>
  facts({ HostConfig: { ...facts().HostConfig, ...changes } });
const config = (changes: Partial<ReturnType<typeof facts>["Config"]>) =>
  facts({ Config: { ...facts().Config, ...changes } });

describe("drift of settings", () => {
  it("is none where everything is as wanted", () => {
    assert.deepEqual(settingsDrift(wanted(), facts(), fromImage), []);
  });

  it("is none for a volume that the image declares, which comes and goes with the box", () => {
    const mount = {
      Type: "volume",
      Name: "ab".repeat(32),
      Source: "/var/lib/docker/ab",
      Destination: "/data",
    };
    const declared = { ...fromImage, volumes: ["/data"] };
    assert.deepEqual(settingsDrift(wanted(), facts({ Mounts: [mount] }), declared), []);
    for (const [mounts, image] of [
      [[mount], fromImage],
      [[{ ...mount, Name: "named" }], declared],
      [[{ ...mount, Destination: "/other" }], declared],
    ] as const)
      assert.equal(settingsDrift(wanted(), facts({ Mounts: [...mounts] }), image).length, 1);
  });

  const cases: [string, ReturnType<typeof facts> | undefined, string[]][] = [
    ["a container that is gone", undefined, ["container: expected a, got none"]],
    ["another limit", host({ Memory: 2 ** 28 }), ["memory: expected 128 MiB, got 256 MiB"]],
    ["no limit", host({ MemorySwap: 0 }), ["memory and swap: expected 128 MiB, got no limit"]],
    ["processors", host({ NanoCpus: 5e8 }), ["processors: expected no limit, got 0.5"]],
    [
      "rights",
      host({ Privileged: true, CapDrop: null }),
      ["privileged: expected no, got yes", "dropped capabilities: expected ALL, got none"],
    ],
    [
      "a writable root",
      host({ ReadonlyRootfs: false }),
      ["root file system: expected read-only, got writable"],
    ],
    [
      "restarts",
      host({ RestartPolicy: { Name: "no" } }),
      ["restart policy: expected unless-stopped, got no"],
    ],
    [
      "another image",
      facts({ Image: `sha256:${"2".repeat(64)}` }),
      ["image: expected 111111111111, got 222222222222"],
    ],
    [
      "lost label",
      config({ Labels: { "immutable-fleets.layer": "catalog" } }),
      ["label immutable-fleets.fleet: expected catalog, got none"],
    ],
    [
      "a mount",
      facts({ Mounts: [{ Type: "bind", Source: "/etc", Destination: "/host" }] }),
      ["volume /host: expected none, got /etc"],
    ],
    [
      "no network",
      facts({ NetworkSettings: { Networks: {} } }),
      ["network boxes: expected joined, got not joined"],
    ],
    [
      "another network",
      facts({
        NetworkSettings: {
          Networks: { ...facts().NetworkSettings.Networks, other: { IPAddress: "1", Aliases: null } },
        },
      }),
      ["network other: expected not joined, got joined"],
    ],
    [
      "a lost alias",
      facts({
        NetworkSettings: { Networks: { boxes: { IPAddress: "1", Aliases: ["catalog.application"] } } },
      }),
      ["network boxes: expected alias catalog, got none"],
    ],
    [
      "a stopped box",
      facts({
        State: { Status: "exited", Running: false, Restarting: false, ExitCode: 137, StartedAt: "", Pid: 0 },
        NetworkSettings: { Networks: {} },
      }),
      ["state: expected running, got exited (exit code 137)"],
    ],
  ];
  for (const [what, seen, lines] of cases) {
    it(`tells ${what}`, () => {
      const findings = settingsDrift(wanted(), seen, fromImage);
      assert.deepEqual(
        told(findings),
        lines.map((line) => `settings catalog-1: ${line}`),
      );
      assert.deepEqual(repairUrns(findings), [wanted().urn]);
    });
  }

  it("never tells a value of the environment", () => {
    const Env = ["FLEET=other", "PASSWORD=stolen", "EXTRA=leak", "PATH=/bin"];
    const findings = settingsDrift(wanted(), config({ Env }), fromImage);
    assert.deepEqual(told(findings), [
      "settings catalog-1: environment FLEET changed",
      "settings catalog-1: environment PASSWORD changed",
      "settings catalog-1: environment EXTRA added",
    ]);
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[A-Z]{3,8}$/), fc.stringMatching(/^s3cret[0-9a-f]{8}$/)),
        (values) => {
          const lines = Object.entries(values).map(([name, value]) => `${name}=${value}`);
          const all = settingsDrift(
            wanted({ environment: values }),
            config({ Env: ["A=s3cretffffffff"] }),
            fromImage,
          ).concat(settingsDrift(wanted(), config({ Env: lines }), fromImage));
          assert.doesNotMatch(JSON.stringify(all), /s3cret|hunter2/);
        },
      ),
    );
  });
});

describe("drift inside a box", () => {
  const lines = (changes: Partial<Inside>) => contentDrift(wanted(), inside(changes)).map(({ what }) => what);

  it("tells files, leaves out volatile paths and folders that only hold them", () => {
    const changes = [
      "C /usr",
      "C /usr/bin",
      "D /usr/bin/awk",
      "A /opt/x",
      "A /opt/x/y",
      "C /run",
      "A /run/pid",
      "A /var/log",
    ];
    const box = wanted({ tmpfs: { "/run": "", "/var/log": "" } });
    assert.deepEqual(
      contentDrift(box, inside({ changes })).map(({ what }) => what),
      ["file /usr/bin/awk removed", "file /opt/x/y added"],
    );
  });

  it("tells no files in volumes that the image declares", () => {
    assert.deepEqual(lines({ changes: ["C /var", "A /var/spool", "A /var/spool/shop"] }), [
      "file /var/spool/shop added",
    ]);
    const volumes = ["/var/spool/shop"];
    assert.deepEqual(lines({ changes: ["C /var", "A /var/spool", "A /var/spool/shop"], volumes }), []);
  });

  it("tells a root that was made writable", () => {
    assert.deepEqual(lines({ mounts: ["overlay / overlay rw,relatime 0 0"] }), [
      "root file system was made writable",
    ]);
    assert.deepEqual(contentDrift(wanted({ readOnly: false }), inside({ mounts: ["o / o rw 0 0"] })), []);
  });

  it("tells strange files in volatile paths, not those of a box that runs as root", () => {
    const volatile = [
      { uid: 881, mode: 0o644, type: "f", path: "/run/pid" },
      { uid: 0, mode: 0o755, type: "d", path: "/run/folder" },
      { uid: 0, mode: 0o644, type: "f", path: "/tmp/evil" },
      { uid: 881, mode: 0o755, type: "f", path: "/tmp/program" },
    ];
    assert.deepEqual(lines({ volatile }), [
      "file /tmp/evil in a volatile path belongs to user 0, not to the box's 881",
      "file /tmp/program in a volatile path is a program",
    ]);
    assert.deepEqual(lines({ volatile, uid: 0 }), []);
  });

  it("tells processes from outside, without their arguments", () => {
    const processes = [
      { pid: 7, parent: 1, command: "python -m catalog" },
      { pid: 8, parent: 7, command: "worker" },
      { pid: 9, parent: 1, command: "sh -c secret" },
      { pid: 10, parent: 9, command: "nc 1.2.3.4" },
    ];
    assert.deepEqual(lines({ processes }), [
      "process sh was started from outside the box",
      "process nc was started from outside the box",
    ]);
  });

  it("counts what is too much to tell", () => {
    const changes = Array.from({ length: 500 }, (_, index) => `A /opt/${index}`);
    assert.deepEqual(lines({ changes }).slice(-1), ["490 more files"]);
  });
});

describe("drift of age and strangers", () => {
  it("tells boxes that are too old, except the door", () => {
    const now = new Date("2026-01-05T00:00:00Z");
    assert.deepEqual(told(ageDrift(wanted(), facts(), 3, now)), [
      "age catalog-1: age: expected at most 3 days, got 4.0 days",
    ]);
    assert.deepEqual(ageDrift(wanted(), facts(), 5, now), []);
    assert.deepEqual(ageDrift(wanted(), facts(), undefined, now), []);
    assert.deepEqual(ageDrift(wanted({ kind: "door" }), facts(), 3, now), []);
  });

  it("tells containers that the state does not know", () => {
    const neighbours = [
      { id: "a", name: "catalog-1", network: "boxes" },
      { id: "b".repeat(64), name: "evil", network: "boxes" },
      { id: "c", name: "boxes.orders.migrate", network: "boxes", isThrowAway: true },
    ];
    const [found, ...others] = strangers(neighbours, new Set(["a"]));
    assert.deepEqual([found?.subject, others], ["evil", []]);
    assert.deepEqual(repairUrns([found!]), []);
  });
});

describe("drift of resources", () => {
  const event = (op: string, name: string, changed: string[], type = "docker:index/network:Network") =>
    ({
      resOutputsEvent: {
        metadata: {
          op,
          urn: `urn:pulumi:dev::p::${type}::${name}`,
          type,
          detailedDiff: Object.fromEntries(changed.map((path) => [path, { diffKind: "update" }])),
        },
      },
    }) as unknown as EngineEvent;

  it("is what a refresh would update or lose, once", () => {
    const events = [
      event("same", "x", []),
      event("delete", "boxes", []),
      event("update", "y", ["labels[0].value", "labels[1]"]),
      event("update", "z", []),
      event("update", "catalog-1", ["memory"], "docker:index/container:Container"),
    ];
    const known = new Set(["urn:pulumi:dev::p::docker:index/container:Container::catalog-1"]);
    assert.deepEqual(told(resourceDrift(events, known)), [
      "resource docker:index/network:Network boxes: is gone",
      "resource docker:index/network:Network y: differs in labels",
    ]);
    assert.equal(resourceDrift(events, new Set()).length, 3);
  });
});

describe("the drift report", () => {
  const finding: DriftFinding = {
    kind: "settings",
    subject: "a|b",
    what: "x",
    expected: "<1>",
    got: "2",
    repairUrn: "u",
  };
  it("has exit codes for scripts", () => {
    assert.equal(driftExitCode({ stack: "s", findings: [], unknown: [] }), 0);
    assert.equal(driftExitCode({ stack: "s", findings: [], unknown: ["x"] }), 1);
    assert.equal(driftExitCode({ stack: "s", findings: [finding], unknown: ["x"] }), 2);
  });
  it("says how to repair, and is safe Markdown", () => {
    const report = { stack: "dev", findings: [finding], unknown: [] };
    assert.match(formatDriftText(report), /npm run drift -- --stack dev --repair/);
    assert.match(formatDriftMarkdown(report), /\| settings \| a\\\|b \| x \| \\<1\\> \| 2 \|/);
    assert.equal(formatDriftText({ ...report, findings: [] }), "dev: no drift\n");
  });
});
