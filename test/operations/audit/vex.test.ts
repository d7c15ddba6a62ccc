import { deepEqual, equal, throws } from "node:assert/strict";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { ConfigurationError, formatProblem } from "../../../config/problem.ts";
import type { HoleFinding } from "../../../operations/audit/finding/HoleFinding.ts";
import { withStatements } from "../../../operations/audit/vex/apply.ts";
import { readStatements, vexFile } from "../../../operations/audit/vex/statements.ts";
import { ProofPlace } from "../../images/proof/fixture.ts";

const document = {
  "@context": "https://openvex.dev/ns/v0.2.0",
  "@id": "https://example.org/vex/1",
  author: "ops@example.org",
  timestamp: "2026-11-01T00:00:00Z",
  version: 1,
};
const statement = {
  vulnerability: { name: "CVE-2026-1" },
  products: [{ "@id": "pkg:deb/debian/openssl" }],
  status: "not_affected",
  justification: "component_not_present",
  expires: "2026-12-31",
};
const finding: HoleFinding = {
  ...{ layer: "base", place: "base", package: "libssl3", architecture: "amd64", source: "openssl" },
  url: "pkg:deb/debian/libssl3@3.0.15-1?arch=amd64&distro=debian-12",
  ...{ installed: "3.0.15-1", fixed: "3.0.17-1", runs: ["shop"] },
  holes: [{ name: "CVE-2026-1", advisories: ["DSA-1-1"], fixed: "3.0.17-1", since: "2026-09-01" }],
};

describe("statements on holes", () => {
  let place: ProofPlace;
  beforeEach(() => (place = new ProofPlace()));
  afterEach(() => {
    place.dispose();
  });
  const write = (...statements: object[]) => {
    writeFileSync(path.join(place.root, vexFile), JSON.stringify({ ...document, statements }));
  };
  const problems = (): string[] => {
    let lines: string[] = [];
    throws(
      () => readStatements(place.root),
      (error) => {
        if (!(error instanceof ConfigurationError)) throw error;
        lines = error.problems.map(formatProblem);
        return true;
      },
    );
    return lines;
  };
  /** Whether a statement counts for the finding on a day. */
  const counts = (own: object, day = "2026-12-01"): boolean => {
    write({ ...statement, ...own });
    const [found] = withStatements([finding], readStatements(place.root), new Date(`${day}T12:00:00Z`));
    return found?.holes[0]?.statement !== undefined;
  };

  it("are none where there is no file", () => {
    deepEqual(readStatements(place.root), []);
  });

  it("count until their last day", () => {
    equal(counts({}, "2026-12-31"), true);
    equal(counts({}, "2027-01-01"), false);
  });

  it("are about the package or its source, in that version or in any", () => {
    const about = (url: string) => counts({ products: [{ "@id": url }] });
    equal(about("pkg:deb/debian/libssl3"), true);
    equal(about("pkg:deb/debian/libssl3@3.0.15-1"), true);
    equal(about("pkg:deb/debian/libssl3@3.0.14-1"), false);
    equal(about("pkg:deb/debian/curl"), false);
    equal(about("pkg:deb/ubuntu/openssl"), false);
    equal(about("pkg:rpm/debian/openssl"), false);
    const image = {
      "@id": "pkg:oci/shop",
      subcomponents: [{ identifiers: { purl: "pkg:deb/debian/openssl" } }],
    };
    equal(counts({ products: [image] }), true);
  });

  it("name the hole, or an advisory of it, by its name or an alias; one that is affected is none", () => {
    equal(counts({ vulnerability: { name: "DSA-1-1" } }), true);
    equal(counts({ vulnerability: { name: "GHSA-x", aliases: ["CVE-2026-1"] } }), true);
    equal(counts({ vulnerability: { name: "CVE-2026-2" } }), false);
    equal(counts({ status: "under_investigation", status_notes: "asked upstream" }), true);
    equal(counts({ status: "affected", status_notes: "we know" }), false);
  });

  it("without a reason, an end or a package are problems, all at once", () => {
    write({ ...statement, expires: undefined }, { ...statement, justification: "because" });
    deepEqual(problems(), [
      `${vexFile}: statements[0].expires: expected the last day on which it counts, such as 2027-01-31, got nothing; add it`,
      `${vexFile}: statements[1].justification: expected one of component_not_present, vulnerable_code_not_present, vulnerable_code_not_in_execute_path, vulnerable_code_cannot_be_controlled_by_adversary, inline_mitigations_already_exist, got because; correct it`,
    ]);
    write(
      { ...statement, justification: undefined },
      { ...statement, status: "under_investigation", expires: "2026-13-01" },
      { ...statement, products: [{ "@id": "openssl" }] },
      { ...statement, products: [{}] },
    );
    deepEqual(problems(), [
      `${vexFile}: statements[0]: expected a reason (justification or impact_statement), got none; say why`,
      `${vexFile}: statements[1]: expected a reason (status_notes), got none; say why`,
      `${vexFile}: statements[1].expires: expected a day of the calendar, got 2026-13-01; correct it`,
      `${vexFile}: statements[2].products: expected a package URL (pkg:deb/debian/openssl), got openssl; correct it`,
      `${vexFile}: statements[3].products: expected package URLs (pkg:deb/debian/openssl), got none; name the packages`,
    ]);
    writeFileSync(path.join(place.root, vexFile), "{");
    deepEqual(problems().length, 1);
  });
});
