import { deepEqual, equal, rejects } from "node:assert/strict";
import { secretsOf } from "../../../operations/secrets/secretsOf.ts";
import { formatSecrets } from "../../../operations/secrets/text.ts";
import { setSecret } from "../../../operations/secrets/write.ts";

const input = {
  packages: { repositories: { team: { password: "${secret:team}" } } },
  environment: {
    generatedSecrets: ["database"],
    edge: { tls: { certificates: ["${secret:site}"] } },
    accessories: {
      database: {
        environment: { PASSWORD: "${secret:database}" },
        backup: { key: "backups", to: "x" },
      },
    },
    applications: { orders: { environment: { URL: "postgresql://${secret:database}:${secret:team}@x" } } },
  },
};

describe("the secrets of an environment", () => {
  it("are those that are set, made up, or only named, with the places that name them", () => {
    deepEqual(secretsOf(input, ["team", "unused", "backups"]), [
      { name: "backups", origin: "set", places: ["environment.accessories.database.backup.key"] },
      {
        ...{ name: "database", origin: "generated" },
        places: [
          "environment.accessories.database.environment.PASSWORD",
          "environment.applications.orders.environment.URL",
        ],
      },
      { name: "site", origin: "missing", places: ["environment.edge.tls.certificates[0]"] },
      {
        ...{ name: "team", origin: "set" },
        places: ["packages.repositories.team.password", "environment.applications.orders.environment.URL"],
      },
      { name: "unused", origin: "set", places: [] },
    ]);
    deepEqual(secretsOf(undefined, []), []);
    deepEqual(secretsOf({ environment: { generatedSecrets: "x" } }, []), []);
  });

  it("are a table without their values, and below it what sets those that are missing", () => {
    equal(
      formatSecrets("prod", secretsOf({ a: "${secret:site}" }, ["unused"])),
      "SECRET  ORIGIN   NAMED BY\nsite    missing  a\nunused  set      nothing\n" +
        "npm run secrets -- set site --stack prod < FILE\n",
    );
    equal(formatSecrets("prod", []), "prod has no secrets\n");
  });

  it("have names that Pulumi's paths take, and values that environments take", async () => {
    await rejects(
      setSecret("dev", "a.b", "x"),
      /^ConfigurationError[^]*secrets: expected a name of letters.*, got a\.b; /,
    );
    await rejects(
      setSecret("dev", "token", "\n"),
      /secrets\.token: expected a value on standard input, got nothing; /,
    );
    await rejects(
      setSecret("dev", "token", "a\0b"),
      /secrets\.token: expected text of characters other than NUL, got U\+0000; /,
    );
  });
});
