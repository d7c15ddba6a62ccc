import { deepEqual, equal, throws } from "node:assert/strict";
import fc from "fast-check";
import { interpolated } from "../../../../operations/adopt/compose/interpolate.ts";
import { markOf } from "../../../../operations/adopt/services/marks.ts";

const variables = { TAG: "1.4", EMPTY: "", NAME: "shop", DB_PASSWORD: "hunter2" };

describe("variables of a Compose file", () => {
  for (const [text, filled] of [
    ["$TAG-x", "1.4-x"],
    ["${TAG}", "1.4"],
    ["${EMPTY}", ""],
    ["${EMPTY:-other}", "other"],
    ["${EMPTY-other}", ""],
    ["${NONE-other}", "other"],
    ["${NONE:-${TAG:-deeper}}", "1.4"],
    ["${NONE:-${NEITHER:-a b}c}", "a bc"],
    ["${TAG:?say it}", "1.4"],
    ["${TAG:+there}", "there"],
    ["${EMPTY:+there}", ""],
    ["${EMPTY+there}", "there"],
    ["${NONE:+there}", ""],
    ["$$TAG and $${TAG}", "$TAG and ${TAG}"],
    ["${NONE}", markOf.unset("NONE")],
    ["a${EMPTY:?say it}", `a${markOf.unset("EMPTY")}`],
    ["$DB_PASSWORD", markOf.secret("DB_PASSWORD")],
    ["x:${API_TOKEN:-changeme}@", `x:${markOf.secret("API_TOKEN")}@`],
    ["${API_TOKEN:-}", ""],
    ["${API_TOKEN:?say it}", markOf.secret("API_TOKEN")],
  ] as const)
    it(`makes ${text} ${JSON.stringify(filled)}`, () => {
      equal(interpolated(text, variables), filled);
    });

  for (const text of ["$", "a $ b", "${}", "${TAG", "${1}", "$-"])
    it(`refuses ${text}`, () => {
      throws(
        () => interpolated(text, variables),
        /^Error: expected \$NAME, \$\{NAME\} or \$\$, got \$.*; write \$\$ for a dollar sign$/,
      );
    });

  it("leaves any text alone whose dollar signs are doubled", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        equal(interpolated(text.replaceAll("$", "$$$$"), variables), text);
      }),
    );
  });

  it("never has a secret's value", () => {
    deepEqual(
      [
        "$DB_PASSWORD",
        "${DB_PASSWORD}",
        "${DB_PASSWORD:-a}",
        "${NONE:-$DB_PASSWORD}",
        "${TAG:+$DB_PASSWORD}",
      ].filter((text) => interpolated(text, variables).includes("hunter2")),
      [],
    );
  });
});
