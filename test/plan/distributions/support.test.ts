import { deepEqual, equal } from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { knownSeries } from "../../../plan/distributions/series.ts";
import { describeEnd, endOfSupport, type SupportedRelease } from "../../../plan/distributions/support.ts";

const nowhere = "/nonexistent";
const debian12 = { id: "debian", version: "12" };
const end = (release: SupportedRelease, day: string) =>
  endOfSupport(release, new Date(`${day}T12:00:00Z`), knownSeries(nowhere));

describe("the support of a distribution", () => {
  it("goes on until its last day, then only for a long term, then not at all", () => {
    equal(end(debian12, "2026-07-11"), undefined);
    equal(end(debian12, "2026-07-12")?.state, "longTerm");
    equal(end(debian12, "2028-06-30")?.state, "longTerm");
    equal(end(debian12, "2028-07-01")?.state, "ended");
    equal(end({ id: "ubuntu", version: "24.04" }, "2029-06-01")?.state, "ended");
  });

  it("is told of a release by its number, a point release too, or its codename; not of one that is not known", () => {
    equal(end({ codename: "bookworm" }, "2027-01-01")?.version, "12");
    equal(end({ id: "debian", version: "12.4" }, "2027-01-01")?.codename, "bookworm");
    equal(end({ id: "debian", version: "14" }, "2099-01-01"), undefined);
    equal(end({ id: "slackware", version: "12" }, "2099-01-01"), undefined);
    equal(end({ id: "debian", version: "1" }, "2099-01-01"), undefined);
  });

  it("is told in words", () => {
    const words = (day: string) => {
      const found = end(debian12, day);
      return found && describeEnd(found);
    };
    const [regular, long] = ["2026-07-11", "2028-06-30"];
    equal(
      words("2027-01-01"),
      `debian 12 (bookworm): regular support ended on ${regular}, long-term support goes on until ${long}`,
    );
    equal(words("2029-01-01"), `debian 12 (bookworm): all support ended on ${long}`);
  });

  it("is as the machine's distro-info-data says, where that knows it", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "immutable-fleets-distro-info-"));
    try {
      const head = "version,codename,series,created,release,eol";
      writeFileSync(
        path.join(folder, "debian.csv"),
        `${head},eol-lts,eol-elts\n12,Bookworm,bookworm,2021-08-14,2023-06-10,2026-08-01,2028-08-31,2033-06-30\n13,Trixie,trixie,2023-06-10\n,Sid,sid,1993-08-16\n`,
      );
      writeFileSync(
        path.join(folder, "ubuntu.csv"),
        `${head},eol-server\n28.04 LTS,New Name,new,2027-10-01,2028-04-20,2033-05-31,2033-05-31\n`,
      );
      const known = knownSeries(folder);
      const of = (id: string, version: string) =>
        known.filter((each) => each.id === id && each.version === version);
      deepEqual(of("debian", "12"), [
        { ...debian12, codename: "bookworm", endsOn: "2026-08-01", longTermEndsOn: "2028-08-31" },
      ]);
      // Written before that day was set.
      equal(of("debian", "13")[0]?.endsOn, "2028-08-09");
      equal(of("debian", "11")[0]?.endsOn, "2024-08-14");
      deepEqual(of("ubuntu", "28.04"), [
        { id: "ubuntu", version: "28.04", codename: "new", endsOn: "2033-05-31" },
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
