import { equal } from "node:assert/strict";
import { validate } from "../../config/read/validate.ts";
import { changed, surroundings } from "./fixture.ts";
import { refuses } from "./refuses.ts";

describe("databases of advisories, and what is made of holes", () => {
  it("are none, and the defaults, where nothing is said", () => {
    const { advisories, environment } = validate(changed(), surroundings);
    equal(
      JSON.stringify([advisories, environment.holes]),
      '[{},{"severity":"high","days":30,"databaseDays":7}]',
    );
  });

  refuses(
    "a database comes from one place, and only updateinfo.xml needs to be told what it is about",
    [
      ["advisories/none", { format: "osv" }],
      ["advisories/two", { format: "osv", url: "https://example.org/all.zip", path: "osv" }],
      ["advisories/dnf", { format: "updateinfo", path: "updateinfo.xml" }],
      ["advisories/osv", { format: "osv", path: "osv", distribution: "rocky 9" }],
    ],
    [
      "advisories.none: expected a url or a path, got neither; add one",
      "advisories.two: expected a url or a path, got both; remove one",
      "advisories.dnf.distribution: expected the distribution that an updateinfo.xml is about, got nothing; add for example distribution: rocky 9",
      "advisories.osv.distribution: expected none where the database says it, got rocky 9; remove it",
    ],
  );

  refuses(
    "forms are checked",
    [
      ["advisories/Osv", { format: "osv", path: "osv" }],
      ["advisories/a", { format: "nvd", url: "https://user:secret@example.org/all.zip" }],
      ["environment/holes", { gate: "stop", severity: "bad", days: -1, databaseDays: 0 }],
    ],
    [
      "environment.holes.gate: expected one of refuse, warn, off, got stop; correct it",
      "environment.holes.severity: expected one of low, medium, high, critical, got bad; correct it",
      "environment.holes.days: expected days from 0 to 3650, got -1; correct it",
      "environment.holes.databaseDays: expected days from 1 to 3650, got 0; correct it",
      "advisories.Osv: expected a name of lower-case letters, digits and dashes, got Osv; rename it",
      "advisories.a.format: expected one of debian, osv, updateinfo, got nvd; correct it",
      "advisories.a.url: expected a URL without user name or password (https://…), got https://user:secret@example.org/all.zip; correct it",
    ],
  );
});
