import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { assignedPasswords } from "../../../images/secrets/assignedPassword.ts";
import { refuseSecrets, scanLayer, secretProblem } from "../../../images/secrets/scan.ts";
import { labelledSet } from "./labelled.ts";
import { archiveOf, entry, Workplace } from "../archive/fixture.ts";

const pem = generateKeyPairSync("rsa", {
  modulusLength: 1024,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
}).privateKey;
const random = (length: number) =>
  randomBytes(length).toString("base64url").replace(/[-_]/g, "x").slice(0, length);
// Put together here, so that no scan of this repository takes the test for a leak.
const awsKey = `AWS_SECRET_ACCESS_KEY=${randomBytes(30).toString("base64").replace(/[+/=]/g, "a")}`;
const planted: Record<string, [content: string, rule: string]> = {
  "root/.ssh/id_rsa": [pem, "privatekey"],
  "srv/app/settings.py": [`x = 1\n${awsKey}\n`, "aws"],
  "etc/app/box.env": [`MODE=fast\nORDERS_PASSWORD=${random(14)}\n`, "assigned-password"],
  "usr/lib/systemd/system/app.service": [
    `[Service]\nEnvironment=API_TOKEN=${random(20)}\n`,
    "assigned-password",
  ],
  "srv/app/database.yml": [
    `url: postgresql://orders:${random(12)}@database:5432/orders\n`,
    "database-connection-string",
  ],
};
const innocent = {
  "etc/app/references.env":
    "PASSWORD=\nTOKEN=$TOKEN\nDB_PASSWORD=${DB_PASSWORD}\nAPI_KEY=%d/key\nPASSWORD_FILE=/run/p\n",
  "etc/login.defs": "ENCRYPT_METHOD SHA512\nPASS_MAX_DAYS 99999\n",
  "usr/share/perl/5.36.0/HTTP/Tiny.pm": "'http://user:password@proxy.example:80'\n",
  "usr/bin/tool": "#!/bin/sh\nPASSWORD=$(read_password)\n",
  "usr/share/key.pub": "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n",
};

describe("the scan of a layer for secrets", () => {
  const workplace = new Workplace();
  after(() => {
    workplace.dispose();
  });
  const layer = (files: Readonly<Record<string, string>>) =>
    workplace.file(
      archiveOf(Object.entries(files).map(([path, text]) => entry(path, { content: Buffer.from(text) }))),
    );
  const contents = Object.fromEntries(Object.entries(planted).map(([path, [text]]) => [path, text]));

  for (const [path, [content, rule]] of Object.entries(planted)) {
    it(`finds ${rule} in ${path}`, async () => {
      const found = await scanLayer(layer({ [path]: content }), []);
      deepEqual(
        found.map((each) => [each.path, each.rule]),
        [[`/${path}`, rule]],
      );
    });
  }

  it("finds nothing in what only speaks of secrets", async () => {
    deepEqual(await scanLayer(layer(innocent), []), []);
  });

  it("finds nearly all of a labelled set, and hardly anything else in it", async () => {
    const set = labelledSet(1000);
    const missed: string[] = [];
    const wrong: string[] = [];
    let found = 0;
    for (const { path, content, isSecret } of set) {
      const isFound = (await scanLayer(layer({ [path]: content }), [])).length > 0;
      if (isFound && isSecret) found++;
      if (isFound && !isSecret) wrong.push(`${path}: ${content}`);
      if (!isFound && isSecret) missed.push(`${path}: ${content}`);
    }
    const recall = found / (found + missed.length);
    const precision = found / (found + wrong.length);
    const percent = (part: number) => `${(100 * part).toFixed(1)} %`;
    console.log(`      recall ${percent(recall)}, precision ${percent(precision)} of ${set.length} files`);
    ok(recall >= 0.85, missed.join("\n"));
    ok(precision >= 0.999, wrong.join("\n"));
  });

  it("takes no longer for a text that is made to be slow", () => {
    const started = performance.now();
    for (const part of ["a", " ", "a_", "password", "token=", "password: a ", "a=", "Aa", "a-"])
      assignedPasswords(`password: ${part.repeat(2 ** 20 / part.length)}!1`);
    for (const part of ["a", " ", "Aa", "a-"])
      assignedPasswords(`password: ${part.repeat(2000 / part.length)}!1\n`.repeat(100));
    const milliseconds = performance.now() - started;
    ok(milliseconds < 10_000, `expected it within 10 s, got ${milliseconds} ms`);
  });

  it("names a key that a package made for itself, which is no reason to refuse the layer", async () => {
    const made = layer({ "etc/ssl/private/ssl-cert-snakeoil.key": pem, "etc/app/mode": "fast\n" });
    deepEqual(await refuseSecrets("shop", made, []), [
      "/etc/ssl/private/ssl-cert-snakeoil.key was made by a package: whoever has the image has that key, so have services use another, or the role remove it",
    ]);
    const both = layer({ "etc/ssl/private/ssl-cert-snakeoil.key": pem, "etc/ssl/private/own.key": pem });
    await rejects(refuseSecrets("shop", both, []), /^Error: layers\.shop: [^\n]*own\.key, line 1; give it/);
    equal(existsSync(both), false);
  });

  it("names files, lines and rules, and never what it found", async () => {
    const text = secretProblem("shop", await scanLayer(layer(contents), [])) ?? "";
    for (const path of Object.keys(planted)) equal(text.includes(`/${path}, line `), true, text);
    const secrets = [pem.split("\n")[1] ?? "", awsKey.slice(25), ...text.matchAll(/=\S{8,}/g)].map(String);
    for (const secret of secrets) equal(text.includes(secret), false, text);
  });

  it("leaves declared exceptions alone, and no comment in a file", async () => {
    const key = { "usr/share/doc/example.pem": pem, "srv/key.pem": `# secretlint-disable\n${pem}` };
    deepEqual(
      (await scanLayer(layer(key), ["/usr/share/**"])).map(({ path }) => path),
      ["/srv/key.pem"],
    );
  });

  it("fails the build, and keeps no archive that holds a secret", async () => {
    const archive = layer(contents);
    await rejects(
      refuseSecrets("shop", archive, []),
      /^Error: layers\.shop: expected no secret in an image, got one/,
    );
    equal(existsSync(archive), false);
  });
});
