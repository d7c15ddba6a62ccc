import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { rotateSecret } from "../../../operations/secrets/rotate.ts";
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

  it("are rotated where they are generated, which the stack's file says since when, and where no backup needs them", async () => {
    const root = mkdtempSync(path.join(tmpdir(), "fleet-secrets-"));
    const file = path.join(root, "Pulumi.dev.yaml");
    const rotate = (name: string) =>
      rotateSecret(root, "dev", name, secretsOf(input, ["backups"]), () => Promise.resolve("x"));
    try {
      writeFileSync(path.join(root, "Pulumi.yaml"), "name: shop\n");
      writeFileSync(file, "config:\n  environment: # ours\n    generatedSecrets: [database]\n");
      await rotate("database");
      match(
        readFileSync(file, "utf8"),
        /^config:\n {2}environment:\n {4}# ours\n {4}generatedSecrets: \[database\]\n {4}rotatedSecrets:\n {6}database: 20\d{6}T\d{6}Z\n$/,
      );
      await rejects(rotate("backups"), {
        message:
          /^secrets\.backups: expected a secret that is no key of backups, got environment\.accessories\.database\.backup\.key, and /,
      });
      for (const name of ["site", "unknown"])
        await rejects(rotate(name), {
          message: /^secrets\.\w+: expected a secret of dev to rotate, got none; /,
        });
    } finally {
      rmSync(root, { recursive: true });
    }
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
