import { deepEqual, equal, match } from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { attest } from "../../../images/proof/attest.ts";
import { attestDisk } from "../../../images/proof/attestDisk.ts";
import { envelopeSchema, opened, sealed } from "../../../images/proof/envelope.ts";
import { proofFolder, releaseProofs } from "../../../images/proof/store.ts";
import { foundProblem, verifyChain } from "../../../images/proof/verify.ts";
import { buildKey, publishKey } from "../../../images/signing/key.ts";
import { digestOf } from "../release/fixture.ts";
import { making, ProofPlace, smallContents } from "./fixture.ts";

const image = { name: "base.shop", digest: digestOf("a") };
const ours = "1".repeat(64);
const theirs = "2".repeat(64);

describe("an image that is found by the digest of its inputs", () => {
  let place: ProofPlace;
  const build = (inputDigest: string, digest = image.digest, parent?: string) =>
    attest(place.root, { ...making(digest), inputDigest, parent }, smallContents());
  const problem = (inputDigest: string) => foundProblem(place.root, image, inputDigest);
  const statement = (digest = image.digest) => path.join(proofFolder(digest), "provenance.dsse.json");

  beforeEach(() => {
    place = new ProofPlace();
  });
  afterEach(() => {
    place.dispose();
  });

  it("is believed where a trusted key says that these inputs came to it", async () => {
    await build(ours);
    equal(problem(ours), undefined);
  });

  it("is not without a proof, or with a part of one", async () => {
    match(problem(ours) ?? "", /^no whole proof/);
    await build(ours);
    rmSync(path.join(proofFolder(image.digest), "contents.json"));
    match(problem(ours) ?? "", /^no whole proof/);
  });

  it("is not where it came of other inputs: an older one under a newer one's name", async () => {
    await build(theirs);
    equal(
      problem(ours),
      `expected a statement that it was made from these inputs, ${ours}, got one of ${theirs}`,
    );
  });

  it("is for all inputs that came to it, whichever were the last", async () => {
    for (const inputs of [ours, theirs, ours, theirs]) await build(inputs);
    deepEqual([problem(ours), problem(theirs)], [undefined, undefined]);
    match(problem("3".repeat(64)) ?? "", /made from these inputs/);
  });

  it("is not by a statement of these inputs that is damaged", async () => {
    for (const inputs of [ours, theirs]) await build(inputs);
    writeFileSync(path.join(proofFolder(image.digest), `provenance-${ours}.dsse.json`), "{");
    match(problem(ours) ?? "", /made from these inputs/);
    equal(problem(theirs), undefined);
  });

  it("keeps the latest twenty of such statements", async () => {
    const all = Array.from({ length: 24 }, (_, index) => index.toString(16).padStart(64, "0"));
    for (const inputs of all) await build(inputs);
    const believed = all.filter((inputs) => problem(inputs) === undefined);
    equal(believed.length, 21);
    equal(believed.includes(all.at(-1) ?? ""), true);
  });

  it("is not where a stranger says so, also of inputs beside ours, until their key is trusted", async () => {
    await build(ours);
    place.useKeyOf("them");
    const stranger = buildKey();
    const envelope = envelopeSchema.parse(JSON.parse(readFileSync(statement(), "utf8")));
    place.useKeyOf("us");
    writeFileSync(statement(), JSON.stringify(sealed(opened(envelope), stranger)));
    match(problem(ours) ?? "", /^expected the signature of a key of releases\/keys, got that of/);
    // Beside a statement of ours.
    await build(theirs);
    match(problem(ours) ?? "", /^expected the signature of a key|made from these inputs/);
    equal(problem(theirs), undefined);
    publishKey(place.root, stranger);
    equal(problem(ours), undefined);
  });

  it("is not where the statement is about another image", async () => {
    await build(ours);
    await build(ours, digestOf("b"));
    writeFileSync(statement(), readFileSync(statement(digestOf("b"))));
    match(problem(ours) ?? "", /^no whole proof/);
  });
});

describe("what an image stands on", () => {
  let place: ProofPlace;
  const chain = [digestOf("1"), digestOf("2"), image.digest];
  const problems = () => verifyChain(place.root, image).problems;
  const statement = (digest: string) => path.join(proofFolder(digest), "provenance.dsse.json");

  beforeEach(async () => {
    place = new ProofPlace();
    for (const [index, digest] of chain.entries())
      await attest(place.root, { ...making(digest), parent: chain[index - 1] }, smallContents());
  });
  afterEach(() => {
    place.dispose();
  });

  it("is verified with it, down to the base", () => {
    deepEqual(problems(), []);
    for (const below of chain.slice(0, 2)) {
      const before = readFileSync(statement(below));
      rmSync(statement(below));
      match(problems().join(), new RegExp(`^what it stands on: expected a signed statement of how ${below}`));
      writeFileSync(statement(below), before);
    }
    place.useKeyOf("them");
    const stranger = buildKey();
    place.useKeyOf("us");
    const [base = ""] = chain;
    const envelope = envelopeSchema.parse(JSON.parse(readFileSync(statement(base), "utf8")));
    writeFileSync(statement(base), JSON.stringify(sealed(opened(envelope), stranger)));
    match(problems().join(), /^what it stands on: expected the signature of a key/);
  });

  it("is released with it, and with a disk of it", async () => {
    const disk = digestOf("d");
    await attestDisk(place.root, {
      ...{ diskDigest: disk, image: image.digest, startedAt: new Date(), digest: digestOf("e") },
      volumes: {},
    });
    releaseProofs(place.root, [disk]);
    for (const digest of [...chain, disk]) {
      rmSync(proofFolder(digest), { recursive: true });
      equal(existsSync(path.join(place.root, `releases/proofs/${digest.replace("sha256:", "")}.json`)), true);
    }
    deepEqual(verifyChain(place.root, { name: "disk", digest: disk }).problems, []);
  });
});
