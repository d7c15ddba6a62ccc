import { strict as assert } from "node:assert";
import { judgeBoot, type BootObservation } from "../../../images/disk/boot/judge.ts";
import { isEmulatorFault, isFatal, parseCritical, parseReport } from "../../../images/disk/boot/report.ts";

const digest = `sha256:${"a".repeat(64)}`;
const report = { phase: "stopping", root: "read-only", critical: 0, failed: [] as string[], digest } as const;
const good: BootObservation = {
  ...{
    digest,
    reports: [{ ...report, phase: "started" }, report],
    criticalMessages: [],
    stopped: true,
    writtenBytes: 0,
  },
  answers: [{ port: 8080, path: "/health", status: 200, sent: digest }],
};

describe("judgeBoot", () => {
  it("passes a good boot", () => {
    assert.deepEqual(judgeBoot(good), []);
  });

  it("lists everything that is wrong, by the last report", () => {
    const last = { ...report, root: "writable", critical: 2, failed: ["a.service"], digest: "" };
    const answers = [
      { port: 80, path: "/", status: 500 },
      { port: 80, path: "/x", status: 200 },
      { port: 81, path: "/y" },
    ];
    const seen = {
      ...good,
      reports: [report, last],
      criticalMessages: ["disk on fire"],
      answers,
      stopped: false,
      writtenBytes: 4096,
    };
    assert.deepEqual(
      judgeBoot(seen).map((problem) => problem.split(",")[0]),
      [
        ...[
          "http :80/: expected 200",
          `http :80/x: expected X-Image-Digest ${digest}`,
          "http :81/y: expected 200",
        ],
        ...["units: expected none failed", "journal: expected no critical message"],
        ...["root: expected read-only below a volatile overlay", `digest: expected ${digest}`],
        ...["disk: expected to stay as it was", "stop: expected the guest to switch off when asked"],
      ],
    );
  });

  it("expects the digest of a container image where the machine image holds one", () => {
    const own = `sha256:${"b".repeat(64)}`;
    const answer = { port: 8080, path: "/health", status: 200, digest: own };
    assert.deepEqual(judgeBoot({ ...good, answers: [{ ...answer, sent: own }] }), []);
    assert.deepEqual(
      judgeBoot({ ...good, answers: [{ ...answer, sent: digest }] }).map((problem) => problem.split(";")[0]),
      [`http :8080/health: expected X-Image-Digest ${own}, got ${digest}`],
    );
  });

  it("takes 503 of an application that cannot be healthy alone, and nothing else", () => {
    const answer = { port: 8082, path: "/healthz", alone: false, sent: digest };
    assert.deepEqual(judgeBoot({ ...good, answers: [{ ...answer, status: 503 }] }), []);
    assert.deepEqual(judgeBoot({ ...good, answers: [{ ...answer, status: 500 }] }), [
      "http :8082/healthz: expected 200 or 503, got 500; read the console log",
    ]);
  });

  it("says that nothing was reported", () => {
    assert.match(judgeBoot({ ...good, reports: [] })[0] ?? "", /^boot: expected FLEET-REPORT/);
  });
});

describe("the console", () => {
  it("is read for whole reports only, whatever stands around them", () => {
    const line = `\u001b[KFLEET-REPORT phase=started root=read-only critical=1 failed=a.service,b@x\\x2d.service digest=${digest} end\r`;
    assert.deepEqual(parseReport(line), {
      ...report,
      phase: "started",
      critical: 1,
      failed: ["a.service", "b@x\\x2d.service"],
    });
    assert.equal(parseReport("FLEET-REPORT phase=started root=read-only critical=1 fai[  OK  ]"), undefined);
    assert.equal(
      parseCritical("FLEET-CRITICAL [   1.2] kernel: disk on fire\r"),
      "[   1.2] kernel: disk on fire",
    );
  });
});

describe("a boot that ends at once", () => {
  it("is tried again for the emulator's fault only", () => {
    const panic =
      "[    0.064000] Kernel panic - not syncing: IO-APIC + timer doesn't work!  Boot with apic=debug";
    const other = "[    1.9] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)";
    assert.deepEqual([panic, other].map(isFatal), [true, true]);
    assert.deepEqual([panic, other].map(isEmulatorFault), [true, false]);
  });
});
