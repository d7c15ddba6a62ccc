import { deepEqual, doesNotMatch, equal, match, rejects } from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { proofFolder, releaseProofs } from "../../../images/proof/store.ts";
import { verifyStatement } from "../../../images/proof/verify.ts";
import { keylessFiles } from "../../../images/signing/keyless.ts";
import { digestOf } from "../release/fixture.ts";
import { Sigstore } from "../signing/sigstore.ts";
import { attested, ProofPlace } from "./fixture.ts";

const main = "https://github.com/acme/shop/.github/workflows/deploy.yml@refs/heads/main";
const image = { name: "base.shop", digest: digestOf("a") };

describe("the statement of an image that a job signed by its identity", () => {
  let sigstore: Sigstore;
  let place: ProofPlace;
  const file = () => path.join(proofFolder(image.digest), "provenance.dsse.json");
  const problems = () => verifyStatement(place.root, image).problems.join("\n");

  beforeEach(async () => {
    sigstore = await Sigstore.start();
    place = new ProofPlace();
    sigstore.trustedBy(place.root, ["https://github.com/acme/shop/.github/workflows/*@refs/heads/main"]);
    sigstore.runAs(main);
    await attested(place.root, image.digest);
    sigstore.runAsNobody();
  });
  afterEach(() => {
    sigstore.stop();
    place.dispose();
  });

  it("is verified with the project's files alone, and names the identity", () => {
    sigstore.stop();
    const { keys, problems: none, statement } = verifyStatement(place.root, image);
    deepEqual([keys, none], [[main], []]);
    deepEqual(statement?.subject, [{ name: "base.shop", digest: { sha256: "a".repeat(64) } }]);
  });

  it("goes with a release to where the image was not built", () => {
    releaseProofs(place.root, [image.digest]);
    rmSync(proofFolder(image.digest), { recursive: true });
    place.useKeyOf("them");
    equal(problems(), "");
  });

  it("is refused when a word of it was changed", () => {
    const bundle = JSON.parse(readFileSync(file(), "utf8")) as { dsseEnvelope: { payload: string } };
    const text = Buffer.from(bundle.dsseEnvelope.payload, "base64").toString().replace("1.16.0", "1.16.1");
    bundle.dsseEnvelope.payload = Buffer.from(text).toString("base64");
    writeFileSync(file(), JSON.stringify(bundle));
    match(problems(), /^expected the signature of an identity of releases\/keys, got: /);
  });

  it("is refused when it is another job's: of a branch, or of another repository", async () => {
    for (const other of [main.replace("main", "wip"), main.replace("acme", "acme2"), `${main}-2`]) {
      sigstore.runAs(other);
      await attested(place.root, image.digest);
      match(problems(), /got: .*expected one of .*, got https:.*; add it if you trust whoever signed/);
    }
  });

  it("is refused when the project's workflow was called by another repository, or from another branch", async () => {
    const cases = [
      [
        { repository: "mallory/shop" },
        /a job of the repository https:\/\/github\.com\/acme\/shop, got .*mallory\/shop for/,
      ],
      [{ ref: "refs/heads/wip" }, /a job of the ref refs\/heads\/main, got refs\/heads\/wip for/],
      [{ repository: "" }, /a job of the repository .*, got /],
    ] as const;
    for (const [of, expected] of cases) {
      sigstore.runAs(main, of);
      await attested(place.root, image.digest);
      match(problems(), expected);
    }
  });

  it("is refused when another authority than the trusted one certified the job", async () => {
    const another = await Sigstore.start();
    another.trustedBy(place.root, [main]);
    another.runAs(main);
    await attested(place.root, image.digest);
    equal(problems(), "");
    sigstore.trustedBy(place.root, [main]);
    another.stop();
    match(problems(), /^expected the signature of an identity of releases\/keys, got: /);
  });

  it("is refused when the project no longer says whom it trusts", () => {
    rmSync(path.join(place.root, keylessFiles.trustedRoot));
    match(problems(), /trusted_root\.json: expected a file of whom the project trusts, got none; see docs/);
  });

  it("counts as long as its identity does: by when the log saw it, whatever the statement says", () => {
    const until = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    const trusting = (...ends: (string | undefined)[]) => {
      const pattern = { identity: main };
      sigstore.trustedBy(
        place.root,
        ends.map((end) => (end === undefined ? main : { ...pattern, until: end })),
      );
      return problems();
    };
    equal(trusting(until(1)), "");
    match(
      trusting(until(-1)),
      /got: expected what https:.* signed before its end at .*Z, got what was logged at .*Z; sign it anew by whom/,
    );
    equal(trusting(until(-1), until(1)), "");
    equal(trusting(until(-1), undefined), "");
    match(trusting("yesterday"), /keyless\.json: expected as docs\/proof\.md has it, got another file/);
  });

  it("is not made where the job has no identity: the user's key signs", async () => {
    await attested(place.root, image.digest);
    const { keys, problems: none } = verifyStatement(place.root, image);
    deepEqual(none, []);
    match(keys.join(" "), /^[0-9a-f]{16}$/);
  });

  it("fails with the cause, and without the job's token, when the service does", async () => {
    try {
      for (const token of ["not.a-token", "not.e30.a-token"]) {
        process.env["SIGSTORE_ID_TOKEN"] = token;
        await rejects(attested(place.root, image.digest), (error: Error) => {
          match(
            error.message,
            /signing_config\.json: expected a signature by the job's identity, got: .*a JSON Web Token/,
          );
          doesNotMatch(String(error.stack), /a-token/);
          return true;
        });
      }
    } finally {
      delete process.env["SIGSTORE_ID_TOKEN"];
    }
    sigstore.runAs(main);
    writeFileSync(path.join(place.root, keylessFiles.signingConfig), "{}");
    await rejects(attested(place.root, image.digest), /got: No valid CA services found/);
  });
});
