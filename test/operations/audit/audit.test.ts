import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { writeRelease } from "../../../images/release/store.ts";
import type { ReleaseContent } from "../../../images/release/release.ts";
import { fetchDatabases } from "../../../operations/audit/database/databases.ts";
import { refuseHoles } from "../../../operations/audit/gate/gate.ts";
import type { HoleGateRequest } from "../../../operations/audit/gate/HoleGateRequest.ts";
import { HolesRefused } from "../../../operations/audit/gate/judge.ts";
import { audit } from "../../../operations/audit/look.ts";
import { auditExitCode, type AuditReport } from "../../../operations/audit/report.ts";
import { auditSarif } from "../../../operations/audit/sarif.ts";
import { formatAudit } from "../../../operations/audit/text.ts";
import { vexFile } from "../../../operations/audit/vex/statements.ts";
import { warnOfHoles } from "../../../operations/audit/gate/after.ts";
import { readConfigurationFiles } from "../../../config/read/readFiles.ts";
import { proofFolder } from "../../../images/proof/store.ts";
import { ProofPlace } from "../../images/proof/fixture.ts";
import { osvRecord, tracker, vectors } from "./advisories.ts";
import { digestOf, provedChain, writeProject, type Deb } from "./project.ts";

const advisories = {
  osv: { format: "osv", path: "osv" },
  tracker: { format: "debian", path: "tracker.json" },
};
const base: Deb[] = [
  { name: "libssl3", version: "3.0.15-1", source: "openssl" },
  { name: "openssl", version: "3.0.15-1" },
  { name: "zlib1g", version: "1:1.2.13-1+b2", source: "zlib (1:1.2.13-1)" },
];
const shop: Deb[] = [...base, { name: "curl", version: "7.88-1" }];
/** Far from today: what has no day counts from when the test has built the image. */
const mended = "2099-12-01T00:00:00Z";
const later = (days: number) => new Date(Date.parse(mended) + days * 86_400_000);

describe("an audit of images", () => {
  let place: ProofPlace;
  let release: ReleaseContent;

  beforeEach(async () => {
    place = new ProofPlace();
    writeProject(place.root, { advisories });
    write(
      "osv/DSA-1-1.json",
      osvRecord("DSA-1-1", "openssl", "3.0.17-1", { published: mended, upstream: ["CVE-2099-1"] }),
    );
    write(
      "osv/DEBIAN-CVE-2099-1.json",
      osvRecord("DEBIAN-CVE-2099-1", "openssl", "3.0.16-1", {
        ...{ published: "2099-11-01T00:00:00Z", upstream: ["CVE-2099-1"], vector: vectors.high },
      }),
    );
    write(
      "osv/DSA-2-1.json",
      osvRecord("DSA-2-1", "curl", "7.88-2", { published: mended, vector: vectors.medium }),
    );
    // A package that was only built again has the mend of its source.
    write("tracker.json", tracker("zlib", "CVE-2099-3", "1:1.2.13-1"));
    release = await provedChain(place.root, [
      ["base", base],
      ["shop", shop],
    ]);
    await fetchDatabases(place.root, configuration(), later(0));
  });
  afterEach(() => {
    place.dispose();
  });

  function write(file: string, content: object): void {
    const full = path.join(place.root, file);
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, JSON.stringify(content));
  }
  const configuration = (stack = "prod") => readConfigurationFiles(place.root, stack);
  const look = (now: Date): Promise<AuditReport> =>
    audit({ root: place.root, stack: "dev", configuration: configuration(), release, mayFetch: false, now });

  it("says what a newer package mends: where it came, since when, how grave it is, what runs it", async () => {
    const report = await look(later(3));
    equal(
      formatAudit(report),
      `LAYER  PACKAGE  INSTALLED  FIXED     SEVERITY  SINCE       HOLES       RUNS IN
base   libssl3  3.0.15-1   3.0.17-1  high      2099-12-01  CVE-2099-1  shop
base   openssl  3.0.15-1   3.0.17-1  high      2099-12-01  CVE-2099-1  shop
shop   curl     7.88-1     7.88-2    medium    2099-12-01  DSA-2-1     shop
database osv: taken on 2099-12-01, 3 days old
database tracker: taken on 2099-12-01, 3 days old
dev: 2 packages to mend of severity high or above
mend base: npm run freshen -- --layer base, then up
`,
    );
    equal(auditExitCode(report), 2);
  });

  it("counts what no advisory dates from when its layer was built, or the hole became known, and what nobody rated as grave", async () => {
    write("tracker.json", tracker("zlib", "CVE-2099-3", "1:1.2.13-2"));
    await fetchDatabases(place.root, configuration(), later(0));
    const report = await look(later(0));
    const zlib = report.findings.find((each) => each.package === "zlib1g");
    const [hole] = zlib?.holes ?? [];
    deepEqual(
      [hole?.name, hole?.severity, hole?.sinceAtLeast, hole?.fixed],
      ["CVE-2099-3", undefined, true, "1:1.2.13-2"],
    );
    // Just now, by this machine's clock.
    equal(Math.abs(Date.parse(hole?.since ?? "") - Date.now()) < 600_000, true);
    match(
      formatAudit(report),
      /^base +zlib1g +1:1\.2\.13-1\+b2 +1:1\.2\.13-2 +not rated +≥ \d{4}-\d\d-\d\d +CVE-2099-3 +shop$/m,
    );
  });

  it("has a result of SARIF for each hole, and those with a statement as suppressed", async () => {
    writeStatement({ expires: "2100-06-01" });
    const { runs } = auditSarif(await look(later(31)), later(31)) as {
      runs: { results: Record<string, unknown>[] }[];
    };
    deepEqual(
      runs[0]?.results.map(({ ruleId, level, suppressions }) => [ruleId, level, suppressions]),
      [
        [
          "CVE-2099-1",
          "error",
          [
            {
              kind: "external",
              status: "accepted",
              justification: "component_not_present: we do not use it",
            },
          ],
        ],
        [
          "CVE-2099-1",
          "error",
          [
            {
              kind: "external",
              status: "accepted",
              justification: "component_not_present: we do not use it",
            },
          ],
        ],
        ["DSA-2-1", "warning", undefined],
      ],
    );
  });

  it("says what it could not look at, and is then never without a finding", async () => {
    rmSync(proofFolder(digestOf(1)), { recursive: true });
    const { findings, unknown } = await look(later(3));
    deepEqual(
      [findings, unknown],
      [
        [],
        [`shop: expected a signed statement of ${digestOf(1)}, got none; run it where the image was built`],
      ],
    );
    writeProject(place.root, { advisories: { tracker: advisories.tracker } });
    write("tracker.json", {});
    await fetchDatabases(place.root, configuration(), later(0));
    await provedChain(place.root, [
      ["base", base],
      ["shop", shop],
    ]);
    const silent = await look(later(3));
    deepEqual(silent.unknown, [
      "base: expected a database that tells of debian 12, got none; add one to advisories",
    ]);
    equal(auditExitCode(silent), 1);
  });

  describe("as a gate", () => {
    const said: string[] = [];
    beforeEach(async () => {
      said.length = 0;
      await writeRelease(place.root, {
        ...{ format: 1, environment: "dev", number: 1, createdAt: "2099-12-01T00:00:00Z", ...release },
      });
    });
    const gate = (now: Date, more: Partial<HoleGateRequest> = {}) =>
      refuseHoles({
        ...{ root: place.root, stack: "prod", now, running: () => Promise.resolve(undefined) },
        say: (line) => void said.push(line),
        ...more,
      });
    const openssl = (name: string, days: number) =>
      `layers.base: expected ${name} 3.0.17-1 or newer (CVE-2099-1; high; mended since 2099-12-01, ${days} days), got 3.0.15-1 in shop; npm run freshen -- --layer base and up where it is built, or say in images.openvex.json why it does not matter`;
    const refusal = (days: number) =>
      [
        "prod: the images have 2 problems (environment.holes); nothing was created or changed:",
        openssl("libssl3", days),
        openssl("openssl", days),
      ].join("\n");
    const old = (name: string) =>
      `advisories.${name}: expected a database of at most 7 days, got one of 2099-12-01 (31 days); npm run audit -- --fetch takes a newer one`;

    it("refuses what is grave and has been mended for the declared days, not a day before", async () => {
      await gate(later(29.9));
      equal(said.at(-1), "2 packages have holes to mend: npm run audit -- --all");
      await rejects(gate(later(30)), { message: refusal(30) });
    });

    it("says that a database is old, and what a statement past its end was about", async () => {
      writeStatement({ expires: "2099-12-31" });
      await gate(later(30));
      said.length = 0;
      await rejects(gate(later(31)), { message: refusal(31) });
      deepEqual(said, [
        old("osv"),
        old("tracker"),
        "images.openvex.json: statements[0].expires: expected a day that is not past, got 2099-12-31; judge CVE-2099-1 anew, or remove the statement",
      ]);
    });

    it("passes once the packages are newer", async () => {
      await rejects(gate(later(40)));
      const newer = base.map((each) => ({ ...each, version: each.version.replace("3.0.15", "3.0.17") }));
      const fresh = await provedChain(place.root, [
        ["base", newer],
        ["shop", [...newer, ...shop.slice(3)]],
      ]);
      await gate(later(40), { release: fresh });
    });

    it("refuses nothing that runs already, and nothing that it goes back to, but says it", async () => {
      await gate(later(40), { running: () => Promise.resolve(release) });
      equal(said.includes(openssl("openssl", 40)), true);
      said.length = 0;
      await gate(later(40), { goesBack: true });
      equal(said.includes(openssl("openssl", 40)), true);
    });

    it("is as the environment says", async () => {
      const cases: [object, Date, boolean][] = [
        [{ gate: "warn" }, later(40), false],
        [{ gate: "off" }, later(40), false],
        [{ days: 50 }, later(40), false],
        [{ severity: "critical" }, later(40), false],
        [{ severity: "medium", days: 0 }, later(0), true],
      ];
      for (const [holes, now, refuses] of cases) {
        writeProject(place.root, { advisories }, { holes });
        const outcome = await gate(now).then(
          () => false,
          (error: unknown) => error instanceof HolesRefused,
        );
        deepEqual([holes, outcome], [holes, refuses]);
      }
    });

    it("refuses where it cannot tell, and says one line where no database is configured", async () => {
      rmSync(path.join(place.root, "advisories.lock.yaml"));
      await rejects(
        gate(later(0)),
        /advisories\.osv: expected a pinned database, got none; npm run audit -- --fetch takes it/,
      );
      writeProject(place.root, {});
      await gate(later(40));
      deepEqual(said, [
        "prod: no database of advisories is configured, so holes are not looked for (docs/holes.md)",
      ]);
    });

    it("of an environment that builds warns after the update", async () => {
      await gate(later(1), { stack: "dev" });
      equal(said.length, 0);
      await warnOfHoles(place.root, "dev", release, later(1), (line) => void said.push(line));
      deepEqual(said, ["2 packages have holes to mend: npm run audit -- --all"]);
    });
  });

  function writeStatement(more: object): void {
    write(vexFile, {
      "@context": "https://openvex.dev/ns/v0.2.0",
      "@id": "https://example.org/vex/1",
      author: "ops@example.org",
      timestamp: "2099-12-02T00:00:00Z",
      version: 1,
      statements: [
        {
          vulnerability: { name: "CVE-2099-1" },
          products: [{ "@id": "pkg:deb/debian/openssl" }],
          status: "not_affected",
          justification: "component_not_present",
          impact_statement: "we do not use it",
          ...more,
        },
      ],
    });
  }
});
