import { deepEqual, equal, throws } from "node:assert/strict";
import {
  composeEnvironment,
  envFile,
  knownSecrets,
  refuseClashes,
} from "../../../../operations/compose/document/secrets.ts";

describe("secrets of a Compose file", () => {
  it("are references to the file beside it; other values stay what they are", () => {
    deepEqual(composeEnvironment({ B: "a${secret:my-token}$b", A: true }), {
      A: "true",
      B: "a${SECRET_MY_TOKEN}$$b",
    });
  });

  it("are found again in the file of an earlier run", () => {
    const text = envFile("immutable-fleets-dev", { "my-token": "a=b#c", database: "x" });
    equal(text, "COMPOSE_PROJECT_NAME=immutable-fleets-dev\nSECRET_DATABASE='x'\nSECRET_MY_TOKEN='a=b#c'\n");
    deepEqual(knownSecrets(text, ["my-token", "other"]), { "my-token": "a=b#c" });
  });

  it("are filled in from parts where the versions of Compose would read them differently", () => {
    equal(
      envFile("p", { token: 'it\'s "$5"\n', plain: "x" }),
      [
        "COMPOSE_PROJECT_NAME=p",
        `FLEET_PART_APOSTROPHE="'"`,
        `FLEET_PART_QUOTE='"'`,
        "FLEET_PART_BACKSLASH=\\",
        "FLEET_PART_DOLLAR='$'",
        'FLEET_PART_RETURN="\\r"',
        "SECRET_PLAIN='x'",
        'SECRET_TOKEN="it${FLEET_PART_APOSTROPHE}s ${FLEET_PART_QUOTE}${FLEET_PART_DOLLAR}5${FLEET_PART_QUOTE}\n"',
        "",
      ].join("\n"),
    );
  });

  it("has a variable for each secret", () => {
    refuseClashes(["db-password", "database"]);
    throws(
      () => {
        refuseClashes(["db.password", "database", "db-password"]);
      },
      {
        message:
          "secrets.db-password: expected a name of its own in the .env file, got SECRET_DB_PASSWORD, which secrets.db.password has; rename one",
      },
    );
  });
});
