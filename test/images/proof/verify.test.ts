import { deepEqual, equal, match } from "node:assert/strict";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { attestDisk } from "../../../images/proof/attestDisk.ts";
import { envelopeSchema, opened, sealed, type Envelope } from "../../../images/proof/envelope.ts";
import { proofFolder, releaseProofs } from "../../../images/proof/store.ts";
import { signedContents, verifyStatement } from "../../../images/proof/verify.ts";
import { buildKey, publishKey } from "../../../images/signing/key.ts";
import { digestOf } from "../release/fixture.ts";
import { attested, ProofPlace } from "./fixture.ts";

describe("the signed statement of an image", () => {
  let place: ProofPlace;
  const image = { name: "base.shop", digest: digestOf("a") };
  const problems = () => verifyStatement(place.root, image).problems.join("\n");
  const file = () => path.join(proofFolder(image.digest), "provenance.dsse.json");
  const change = (by: (envelope: Envelope) => Envelope) => {
    const envelope = envelopeSchema.parse(JSON.parse(readFileSync(file(), "utf8")));
    writeFileSync(file(), JSON.stringify(by(envelope)));
  };

  beforeEach(async () => {
    place = new ProofPlace();
    await attested(place.root, image.digest);
  });
  afterEach(() => {
    place.dispose();
  });

  it("is verified where it was made, and says what the image stands on", () => {
    const { statement, problems: none } = verifyStatement(place.root, image);
    deepEqual(none, []);
    equal(statement?._type, "https://in-toto.io/Statement/v1");
    equal(statement.predicateType, "https://slsa.dev/provenance/v1");
    deepEqual(statement.subject, [{ name: "base.shop", digest: { sha256: "a".repeat(64) } }]);
    deepEqual(statement.predicate.buildDefinition.resolvedDependencies, [
      { name: "parent", digest: { sha256: "2".repeat(64) } },
      { name: "source", digest: { gitCommit: "3".repeat(40) } },
      { name: "playbooks/site.yml", digest: { inputFile: "f".repeat(64) } },
    ]);
  });

  it("is signed by a key that only its owner can read", () => {
    const key = path.join(process.env["XDG_DATA_HOME"] ?? "", "immutable-fleets/build-key.pem");
    equal(statSync(key).mode & 0o777, 0o600);
  });

  it("is refused when there is none", () => {
    rmSync(proofFolder(image.digest), { recursive: true });
    match(problems(), /^expected a signed statement of how sha256:a+ was made, got none; build it again/);
  });

  it("is refused when a word of it was changed", () => {
    change((envelope) => {
      const text = JSON.stringify(opened(envelope)).replace("1.16.0", "1.16.1");
      return { ...envelope, payload: Buffer.from(text).toString("base64") };
    });
    equal(problems(), "expected the statement that was signed, got an altered one; build the image again");
  });

  it("is refused when it is about another image, whoever signed it", async () => {
    const other = digestOf("b");
    await attested(place.root, other);
    writeFileSync(file(), readFileSync(path.join(proofFolder(other), "provenance.dsse.json")));
    equal(problems(), `expected a statement about ${image.digest}, got one about ${other}; restore it`);
  });

  it("is refused when a stranger signed it, until their key is among the trusted", () => {
    place.useKeyOf("them");
    change((envelope) => sealed(opened(envelope), buildKey()));
    const theirs = buildKey();
    place.useKeyOf("us");
    match(
      problems(),
      /^expected the signature of a key of releases\/keys, got that of \w{16}; add its \.pem/,
    );
    publishKey(place.root, theirs);
    equal(problems(), "");
  });

  it("goes with a release to where the image was not built", () => {
    releaseProofs(place.root, [image.digest]);
    publishKey(place.root, buildKey());
    rmSync(proofFolder(image.digest), { recursive: true });
    place.useKeyOf("them");
    equal(problems(), "");
  });

  it("is given to a disk only for an image that has one, and names it", async () => {
    const disk = { name: "disk", digest: digestOf("d") };
    const startedAt = new Date();
    const from = (image: string) => ({
      ...{ diskDigest: disk.digest, image, startedAt, digest: digestOf("e") },
      volumes: { "/srv/shop/data": "/dev/sdf" },
    });
    equal(await attestDisk(place.root, from(digestOf("c"))), undefined);
    const folder = await attestDisk(place.root, from(image.digest));
    equal(existsSync(folder ?? ""), true);
    const { problems: none, statement } = verifyStatement(place.root, disk);
    deepEqual(none, []);
    deepEqual(statement?.predicate.buildDefinition.resolvedDependencies, [
      { name: "parent", digest: { sha256: "a".repeat(64) } },
    ]);
    // What a box of it has beyond its image: how it says which image that is, and where its volumes are mounted.
    const [own, beyond] = [image, disk].map((each) => signedContents(place.root, each).files);
    const known = new Set(own?.map(({ path: file }) => file));
    deepEqual(
      beyond?.filter(({ path: file }) => !known.has(file)).map(({ path: file, type }) => `${type} ${file}`),
      ["directory /etc/fleet", "file /etc/fleet/image.env", "directory /srv", "directory /srv/shop"],
    );
  });
});
