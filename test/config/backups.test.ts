import { deepEqual } from "node:assert/strict";
import { parseDurationSeconds } from "../../config/durations.ts";
import { validate } from "../../config/read/validate.ts";
import { backupPlan } from "../../plan/environment/backup.ts";
import { changed, surroundings } from "./fixture.ts";
import { refuses } from "./refuses.ts";

const programs = {
  dump: ["pg_dump", "orders"],
  restore: ["pg_restore"],
  check: { run: ["psql"], expects: "^[0-9]+$" },
};
const settings = { to: "s3://backups/fleet", key: "token", every: "6 h", keep: 3 };
const here = "environment/accessories/database/backup";

describe("backups of an accessory", () => {
  it("are planned by what the accessory is, and by what the environment wants", () => {
    const { accessories, environment } = validate(
      changed(["accessories/database/backup", programs], [here, settings]),
      surroundings,
    );
    const { backup } = accessories["database"]!;
    deepEqual(backupPlan(backup, environment.accessories["database"]?.backup, "eu-central-1"), {
      ...programs,
      ...{ to: "s3://backups/fleet", key: "token", everySeconds: 21_600, keep: 3, region: "eu-central-1" },
    });
    deepEqual(backupPlan(backup, undefined, undefined), undefined);
  });

  it("are made daily and fourteen are kept, unless told otherwise", () => {
    const { environment } = validate(
      changed(["accessories/database/backup", programs], [here, { to: "/backups", key: "token" }]),
      surroundings,
    );
    const { every, keep } = environment.accessories["database"]!.backup!;
    deepEqual([every, keep], ["1 d", 14]);
  });

  it("have times of whole minutes, hours or days", () => {
    const texts = ["15 min", "6h", "1 d", "0 h", "1.5 h", "6", "h", "-1 d"];
    const none = undefined;
    deepEqual(texts.map(parseDurationSeconds), [900, 21_600, 86_400, none, none, none, none, none]);
  });

  refuses(
    "are refused where nobody says how, with a key that nobody sets",
    [[here, { ...settings, key: "tokn" }]],
    [
      "accessories.database.backup: expected how its data is dumped, restored and checked, got nothing; add dump, restore and check (docs/backups.md has examples)",
      "environment.accessories.database.backup.key: expected a known secret, got tokn; set it by npm run secrets -- set tokn --stack STACK, or list it in environment.generatedSecrets",
    ],
  );
  refuses(
    "are refused of what runs elsewhere",
    [
      ["accessories/database/backup", programs],
      ["environment/accessories/database", { address: "db.example.internal", backup: settings }],
    ],
    [
      "environment.accessories.database.backup: expected none, since the accessory runs elsewhere, got one of db.example.internal; remove it, and back it up there",
    ],
  );
  refuses(
    "are refused with values that cannot be, all at once",
    [
      ["accessories/database/backup", { ...programs, check: { run: [], expects: "(" } }],
      [here, { to: "backups", key: "Key", every: "soon", keep: 0 }],
    ],
    [
      "accessories.database.backup.check.run: expected at least 1 of them, got []; correct it",
      "accessories.database.backup.check.expects: expected a regular expression, got (; correct it",
      `${here.replaceAll("/", ".")}.to: expected an absolute folder or s3://BUCKET/PREFIX, got backups; correct it`,
      `${here.replaceAll("/", ".")}.key: expected a name of lower-case letters, digits and dashes, at most 31 characters, got Key; correct it`,
      `${here.replaceAll("/", ".")}.every: expected a time such as 6 h (min, h or d), got soon; correct it`,
      `${here.replaceAll("/", ".")}.keep: expected a whole number from 1 to 1000, got 0; correct it`,
    ],
  );
});
