import { deepEqual, equal } from "node:assert/strict";
import { certificatesIn, type CertificateStatus } from "../../operations/status/certificates.ts";
import { statusOf } from "../../operations/status/report.ts";
import { formatStatus } from "../../operations/status/text.ts";
import { facts, wanted } from "./fixture/box.ts";

const at = (time: string) => Date.parse(time) / 1000;
const directory = "https://authority.example/directory";
const valid = { from: at("2026-01-01T00:00Z"), until: at("2026-04-01T00:00Z") };
const tried = at("2026-03-02T00:00Z") + 0.25;
const shown = { from: "2026-01-01T00:00:00.000Z", until: "2026-04-01T00:00:00.000Z" };
const asked = { tried: "2026-03-02T00:00:00.000Z" };

describe("the status of an authority's certificates", () => {
  it("has until when they are valid, the last try, and why it brought none", () => {
    const notes = {
      "a.example": { directory, tries: 0, tried, ended: tried + 5, ...valid },
      "b.example": { directory, tries: 3, tried, ended: tried + 1, error: "connection refused", ...valid },
      "c.example": { directory, tries: 0, error: "waits for the edge: refused" },
      "d.example": { directory, tries: 1, tried, ...valid },
      "e.example": { directory, tries: 2, tried, error: "was cut off" },
    };
    deepEqual(certificatesIn(JSON.stringify(notes)), [
      { name: "a.example", ...shown, ...asked, failures: 0 },
      { name: "b.example", ...shown, ...asked, failures: 3, error: "connection refused" },
      { name: "c.example", failures: 0, error: "waits for the edge: refused" },
      { name: "d.example", ...shown, ...asked, failures: 0 },
      { name: "e.example", ...asked, failures: 2, error: "was cut off" },
    ] satisfies CertificateStatus[]);
  });

  it("is a table below that of the boxes", () => {
    const certificates: CertificateStatus[] = [
      { name: "a.example", ...shown, ...asked, failures: 0 },
      { name: "b.example", ...shown, until: asked.tried, ...asked, failures: 3, error: "connection refused" },
      { name: "c.example", failures: 0 },
    ];
    const now = new Date("2026-03-03T00:00:00Z");
    const seen = { containers: [facts()], servers: undefined, now };
    const text = formatStatus({ ...statusOf("dev", undefined, [], [wanted()], seen), certificates }, now);
    equal(
      text.split("\n").slice(3).join("\n"),
      "CERTIFICATE  VALID UNTIL                      LAST TRY              RESULT\n" +
        "a.example    2026-04-01 00:00 UTC             2026-03-02 00:00 UTC  issued\n" +
        "b.example    2026-03-02 00:00 UTC, has ended  2026-03-02 00:00 UTC  connection refused (3 times)\n" +
        "c.example    none yet                         –                     –\n",
    );
  });
});
