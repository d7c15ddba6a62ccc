import { deepEqual, doesNotMatch, equal, match, rejects, throws } from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import { recordRevocation, revocations } from "../../../images/release/revocation.ts";
import { refuseUntrustedSigner, signatureSchema } from "../../../images/release/signature.ts";
import { lateNumbers, standingNumbers } from "../../../images/release/standing.ts";
import { newestRelease, readRelease, writeRelease } from "../../../images/release/store.ts";
import { jobIdentity } from "../../../images/signing/job.ts";
import { recordsKeyless, signKeyless } from "../../../images/signing/keyless.ts";
import { canonicalJson } from "../../../plan/digest.ts";
import { restoreVariables } from "../../support/variables.ts";
import { withProjects, type LedgerProject } from "../ledger/project.ts";
import { Sigstore } from "../signing/sigstore.ts";
import { digestOf, release, withRoots } from "./fixture.ts";

const workflow = (name: string, ref = "main") =>
  `https://github.com/acme/shop/.github/workflows/${name}.yml@refs/heads/${ref}`;
const deploys = workflow("deploy");
const patterns = [workflow("*")];

describe("what a job records in its own name", () => {
  const before = { ...process.env };
  let root = "";
  let sigstore: Sigstore;
  withRoots((each) => (root = each));
  beforeEach(async () => {
    sigstore = await Sigstore.start();
    sigstore.trustedBy(root, patterns);
    sigstore.runAs(deploys);
  });
  afterEach(() => {
    sigstore.stop();
    restoreVariables(before);
  });
  const file = (number: number) => path.join(root, `releases/dev/${number}.json`);
  const json = (number: number) => JSON.parse(readFileSync(file(number), "utf8")) as Record<string, unknown>;
  const refused = (message: RegExp) => {
    throws(() => newestRelease(root, "dev"), message);
  };

  it("needs no key, and is verified with the project's files alone, by jobs and by people", async () => {
    await refuseUntrustedSigner(root);
    await writeRelease(root, release("dev", 1));
    await recordRevocation(root, digestOf("9"), { author: "a job" });
    equal(signatureSchema.parse(json(1)["signature"]).algorithm, "sigstore");
    equal(existsSync(path.join(root, ".release-key")), false);
    sigstore.stop();
    equal(newestRelease(root, "dev")?.number, 1);
    deepEqual(
      revocations(root).map(({ digest }) => digest),
      [digestOf("9")],
    );
  });

  it("is one chain with what people sign by their keys", async () => {
    await writeRelease(root, release("dev", 1));
    sigstore.runAsNobody();
    await writeRelease(root, release("dev", 2, "c"));
    sigstore.runAs(deploys);
    await writeRelease(root, release("dev", 3, "d"));
    equal(newestRelease(root, "dev")?.number, 3);
    for (const number of [1, 2, 3]) equal(readRelease(root, `releases/dev/${number}.json`).number, number);
    writeFileSync(file(1), JSON.stringify({ ...json(1), createdAt: "2020-01-01T00:00:00Z" }));
    refused(/dev\/2\.json: expected sha256:\w+ before it, got dev\/1 with the digest sha256:/);
  });

  it("is refused where a word of it was changed, or its signature is of another entry, or of a statement", async () => {
    for (const number of [1, 2]) await writeRelease(root, release("dev", number, String(number)));
    const whole = json(2);
    const { signature: _, ...entry } = whole;
    const statement = await signKeyless(root, Buffer.from(canonicalJson(entry)), "application/json");
    const both = { ...(whole["signature"] as { bundle: object }).bundle, ...statement };
    const other =
      /dev\/2\.json: expected the signature of an identity of releases\/keys, got .*; take the file again/;
    for (const [content, message] of [
      [{ ...whole, createdAt: "2020-01-01T00:00:00Z" }, other],
      [{ ...whole, signature: json(1)["signature"] }, other],
      [
        { ...whole, signature: { algorithm: "sigstore", bundle: statement } },
        /expected a bundle of the type messageSignature, got one of dsseEnvelope/,
      ],
      [
        { ...whole, createdAt: "2020-01-01T00:00:00Z", signature: { algorithm: "sigstore", bundle: both } },
        other,
      ],
      [
        { ...whole, signature: { algorithm: "sigstore", bundle: {} } },
        /signature\.bundle\.mediaType: expected/,
      ],
      [{ ...whole, signature: { algorithm: "none" } }, /signature\.algorithm: expected/],
    ] as const) {
      writeFileSync(file(2), JSON.stringify(content));
      refused(message);
    }
    writeFileSync(file(2), JSON.stringify(whole));
    equal(newestRelease(root, "dev")?.number, 2);
  });

  it("is refused of a job that the project does not trust: before anything changes, when it signs, and when it is read", async () => {
    await writeRelease(root, release("dev", 1));
    const wip = workflow("deploy", "wip");
    sigstore.runAs(wip);
    await rejects(
      refuseUntrustedSigner(root),
      /^Error: releases\/keys\/keyless\.json: expected one of .*, got .*wip; add it if you trust its jobs in releases\/keys; nothing was changed$/,
    );
    await rejects(
      writeRelease(root, release("dev", 2)),
      /expected one of .*, got https:.*wip; add it if you trust whoever/,
    );
    equal(existsSync(file(2)), false);
    sigstore.trustedBy(root, [wip]);
    refused(
      /dev\/1\.json: expected the signature of an identity of releases\/keys, got expected one of .*wip, got/,
    );
  });

  it("is only by jobs that may record releases, where the project says which: others still sign images", async () => {
    sigstore.trustedBy(root, patterns, { releases: [deploys] });
    await writeRelease(root, release("dev", 1));
    sigstore.runAs(workflow("images"));
    await rejects(
      refuseUntrustedSigner(root),
      /expected one of .*deploy\.yml@refs\/heads\/main, which may record releases, got .*images/,
    );
    await rejects(
      writeRelease(root, release("dev", 2)),
      /which may record releases, got .*images.*; add it to "releases" if it may$/,
    );
    sigstore.trustedBy(root, patterns, { releases: [workflow("images")] });
    refused(/which may record releases, got .*deploy/);
    // Who trusts identities with images alone has keys for the rest.
    sigstore.trustedBy(root, patterns, { releases: undefined });
    refused(
      /expected identities that may record releases, got none in keyless\.json; name those that may in "releases"/,
    );
    equal(recordsKeyless(root), false);
  });

  it("counts as long as its identity does, by the log's time; later entries are passed over", async () => {
    await writeRelease(root, release("dev", 1));
    const until = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    sigstore.trustedBy(root, [{ identity: deploys, until: until(1) }]);
    deepEqual([standingNumbers(root, "dev"), lateNumbers(root, "dev")], [[1], []]);
    sigstore.trustedBy(root, [{ identity: deploys, until: until(-1) }, workflow("prod")]);
    deepEqual([standingNumbers(root, "dev"), lateNumbers(root, "dev")], [[], [1]]);
    throws(
      () => readRelease(root, "releases/dev/1.json"),
      /expected what .*deploy.* signed before its end at/,
    );
    await rejects(refuseUntrustedSigner(root), /expected one of .*prod.*, got .*deploy/);
    sigstore.runAs(workflow("prod"));
    await writeRelease(root, release("dev", 2, "c"));
    deepEqual([standingNumbers(root, "dev"), newestRelease(root, "dev")?.number], [[2], 2]);
  });

  it("needs the job's token, and says nothing of it", async () => {
    sigstore.runAsNobody();
    process.env["SIGSTORE_ID_TOKEN"] = "not.a-token";
    await rejects(refuseUntrustedSigner(root), (error: Error) => {
      match(
        error.message,
        /^releases\/keys\/keyless\.json: expected the token of this job, got: .*a JSON Web Token/,
      );
      doesNotMatch(String(error.stack), /a-token/);
      return true;
    });
  });

  it("is signed by a key where the project trusts no identity, or the job has none", async () => {
    sigstore.runAsNobody();
    await writeRelease(root, release("dev", 1));
    equal(signatureSchema.parse(json(1)["signature"]).algorithm, "ed25519");
  });

  it("is of the identity that Sigstore's authority makes of a token", () => {
    const claims = { sub: "the job" };
    const github = { ...claims, job_workflow_ref: "acme/shop/.github/workflows/deploy.yml@refs/heads/main" };
    equal(jobIdentity(github, {}), deploys);
    equal(jobIdentity(github, { GITHUB_SERVER_URL: "https://git.example.com" }), undefined);
    equal(
      jobIdentity(
        { ...claims, ci_config_ref_uri: "gitlab.com/acme/shop//.gitlab-ci.yml@refs/heads/main" },
        {},
      ),
      "https://gitlab.com/acme/shop//.gitlab-ci.yml@refs/heads/main",
    );
    equal(jobIdentity(claims, {}), undefined);
  });
});

describe("a ledger into which jobs record in their own names", () => {
  let project: LedgerProject;
  let sigstore: Sigstore;
  withProjects((each) => (project = each));
  beforeEach(async () => {
    sigstore = await Sigstore.start();
    sigstore.runAs(deploys);
  });
  afterEach(() => {
    sigstore.stop();
  });

  it("takes each entry once, whoever is faster, from those whom the protected branch names", async () => {
    const jobs = await Promise.all([1, 2, 3].map(() => project.clone()));
    delete process.env["FLEET_RELEASE_KEY"];
    await project.merge((folder) => {
      sigstore.trustedBy(folder, patterns);
    });
    const recordOne = path.join(import.meta.dirname, "../ledger/recordOne.ts");
    const recorded = await Promise.all(
      jobs.map((root, index) => execa("node", [recordOne, root, "dev", "abc".charAt(index), "1"])),
    );
    deepEqual(recorded.map(({ stdout }) => stdout).sort(), ["dev/1", "dev/2", "dev/3"]);
    const late = await project.clone("--depth=1");
    equal(newestRelease(late, "dev")?.number, 3);
    equal(existsSync(path.join(late, ".release-key")), false);
    await project.merge((folder) => {
      sigstore.trustedBy(folder, [workflow("other")]);
    });
    const last = await project.clone();
    throws(
      () => newestRelease(last, "dev"),
      /dev\/3\.json: expected the signature of an identity of releases\/keys in the branch main of origin, got/,
    );
  });
});
