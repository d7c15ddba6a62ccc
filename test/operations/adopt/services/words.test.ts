import { deepEqual, equal, throws } from "node:assert/strict";
import fc from "fast-check";
import { parseSize } from "../../../../config/sizes.ts";
import { bytesOf, secondsOf, configuredSize } from "../../../../operations/adopt/services/amounts.ts";
import { knownImage } from "../../../../operations/adopt/services/knownImages.ts";
import { ownRequest } from "../../../../operations/adopt/services/ownRequest.ts";
import { readdressed } from "../../../../operations/adopt/services/Peers.ts";
import {
  hasSecret,
  isSecretValue,
  withoutPasswords,
} from "../../../../operations/adopt/services/secretWords.ts";
import { shellWords } from "../../../../operations/adopt/services/words.ts";

describe("the words of a command", () => {
  for (const [line, words] of [
    ["serve --port 80", ["serve", "--port", "80"]],
    ["  sh -c 'a && b'  ", ["sh", "-c", "a && b"]],
    [`sh -c "say \\"it\\" \\$x \\n"`, ["sh", "-c", `say "it" $x \\n`]],
    [`a\\ b c""d ''`, ["a b", "cd", ""]],
    ["", []],
  ] as const)
    it(`are ${JSON.stringify(words)} of ${line}`, () => {
      deepEqual(shellWords(line), words);
    });

  it("are what was quoted, whatever it is", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        deepEqual(shellWords(words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ")), words);
      }),
    );
  });

  it("are refused where a quote is open", () => {
    throws(() => shellWords("sh -c 'a"), {
      message: "expected a command whose quotes are closed, got sh -c 'a; close them",
    });
  });
});

describe("amounts of a Compose file", () => {
  it("are seconds", () => {
    deepEqual(["1m30s", "500ms", "2h", "10", "1.5s", "1 m", "soon", ""].map(secondsOf), [
      90,
      0.5,
      7200,
      10,
      1.5,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("are bytes", () => {
    deepEqual(["512m", "1.5g", "64kb", "1048576", "1GiB", "much"].map(bytesOf), [
      512 * 2 ** 20,
      1.5 * 2 ** 30,
      64 * 2 ** 10,
      2 ** 20,
      2 ** 30,
      undefined,
    ]);
  });

  it("are sizes of the configuration, never less, and less than a KiB more", () => {
    equal(configuredSize(512 * 2 ** 20), "512 MiB");
    equal(configuredSize(2 ** 41), "2 TiB");
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 45 }), (bytes) => {
        const read = parseSize(configuredSize(bytes)) ?? -1;
        return read >= bytes && read < bytes + 1024;
      }),
    );
  });
});

describe("a health check's own request", () => {
  for (const [command, found] of [
    [["curl", "-f", "http://localhost:8000/up"], { port: 8000, urlPath: "/up" }],
    [["sh", "-c", "wget -qO- http://127.0.0.1/ || exit 1"], { port: 80, urlPath: "/" }],
    [
      ["sh", "-c", "curl -s --noproxy localhost localhost:3000/health | grep -q 'OK'"],
      { port: 3000, urlPath: "/health" },
    ],
    [["curl", "http://other:80/up"], undefined],
    [["pg_isready"], undefined],
  ] as const)
    it(`is ${JSON.stringify(found)} of ${command.join(" ")}`, () => {
      deepEqual(ownRequest(command), found);
    });
});

describe("what looks like a secret", () => {
  for (const [variable, value, is] of [
    ["POSTGRES_PASSWORD", "hunter2", true],
    ["SECRET_KEY_BASE", "abc", true],
    ["STRIPE_API_KEY", "abc", true],
    ["MYSQL_ALLOW_EMPTY_PASSWORD", "yes", false],
    ["POSTGRES_PASSWORD_FILE", "/run/secrets/x", false],
    ["POSTGRES_USER", "shop", false],
    ["TOKEN_TTL", "3600", false],
    ["KEYBOARD", "de", false],
  ] as const)
    it(`${is ? "is" : "is not"} ${variable}=${value}`, () => {
      equal(isSecretValue(variable, value), is);
    });

  it("is the password of an address alone", () => {
    equal(
      withoutPasswords("redis://:pw@redis,amqp://a:b@q/x http://c@d", () => "*"),
      "redis://:*@redis,amqp://a:*@q/x http://c@d",
    );
  });

  it("is an argument of a command", () => {
    deepEqual(
      [
        ["redis-server", "--requirepass", "x"],
        ["mysqladmin", "--password=x"],
        ["sh", "-c", 'psql "$PASSWORD"'],
        ["a", "--password=$X"],
        ["a", "postgres://a:b@c"],
      ].map(hasSecret),
      [true, true, false, false, true],
    );
  });
});

describe("an image that is known", () => {
  it("is known by the last word of its name", () => {
    deepEqual(
      [
        "postgres:16",
        "registry.example:5000/team/postgres@sha256:a",
        "postgis/postgis:16",
        "postgres-exporter",
        "nginx",
      ].map((image) => knownImage(image)?.port),
      [5432, 5432, 5432, undefined, undefined],
    );
  });
});

describe("addresses of other services", () => {
  const peers = [
    { names: ["api", "shop_api"], name: "api", port: 3000, edgePort: 3000, kind: "served" },
    { names: ["front"], name: "front", port: 80, edgePort: 21234, kind: "served" },
    { names: ["my_db"], name: "my-db", port: 5432, kind: "accessory" },
  ] as const;
  for (const [variable, value, now] of [
    ["API_URL", "http://api:3000/v1", "http://edge:3000/v1"],
    ["API_URL", "ws://shop_api:3000", "ws://edge:3000"],
    ["FRONT", "http://front/x,http://front:80", "http://edge:21234/x,http://edge:21234"],
    ["DATABASE_URL", "postgres://u:p@my_db:5432/my_db", "postgres://u:p@my-db:5432/my_db"],
    ["DATABASE_URL", "postgres://u:p@my_db/shop", "postgres://u:p@my-db/shop"],
    ["DB_HOST", "my_db", "my-db"],
    ["POSTGRES_DB", "my_db", "my_db"],
    ["BROKERS", "my_db:5432", "my-db:5432"],
    ["FRONT_ADDRESS", "front:80", "front:80"],
    ["TEXT", "the api is good", "the api is good"],
    ["API_URL", "https://api.example.com/", "https://api.example.com/"],
    ["API_URL", "http://rapi:3000", "http://rapi:3000"],
  ] as const)
    it(`are ${now} for ${value} in ${variable}`, () => {
      equal(readdressed(variable, value, peers).value, now);
    });

  it("say which accessories are used", () => {
    deepEqual(readdressed("A", "postgres://my_db/x http://api:3000", peers).uses, ["my-db"]);
  });
});
