import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { chainId } from "../../../plan/chain.ts";
import { releasedEnvironments } from "../../../images/release/folder.ts";
import { recordRevocation, revocations } from "../../../images/release/revocation.ts";
import { newestClean, refuseRevoked, revokedPlaces, unrevoked } from "../../../images/release/revoked.ts";
import { writeRelease } from "../../../images/release/store.ts";
import { affected, revokedText } from "../../../operations/release/revoke.ts";
import { approvedByReleases } from "../../../policy/approved.ts";
import { readReleases } from "../../../operations/state/releases.ts";
import { sealed } from "../../../images/proof/envelope.ts";
import { newKey } from "../ledger/project.ts";
import { digestOf, release, temporaryRoot } from "./fixture.ts";

const recorder = { author: "Ann", reason: "CVE-2099-1" };

describe("what is revoked", () => {
  let root = "";
  let remove: () => void;
  beforeEach(async () => {
    ({ root, remove } = temporaryRoot());
    for (const [number, web] of [
      [1, "a"],
      [2, "c"],
      [3, "d"],
    ] as const)
      await writeRelease(root, release("dev", number, web));
  });
  afterEach(() => {
    remove();
  });
  const revoke = (digit: string) => recordRevocation(root, digestOf(digit), recorder);

  it("is a signed entry of a chain of its own, once, and no environment's release", async () => {
    assert.deepEqual(revocations(root), []);
    const [first, again, second] = [await revoke("d"), await revoke("d"), await revoke("b")];
    assert.deepEqual([first.isNew, again.isNew, second.isNew], [true, false, true]);
    assert.deepEqual(
      revocations(root).map(({ number, digest, ledger }) => [number, digest, ledger.author, ledger.reason]),
      [
        [1, digestOf("d"), "Ann", "CVE-2099-1"],
        [2, digestOf("b"), "Ann", "CVE-2099-1"],
      ],
    );
    assert.deepEqual(releasedEnvironments(root), ["dev"]);
    assert.deepEqual([...new Set(readReleases(root).map(({ environment }) => environment))], ["dev"]);
  });

  it("is believed only as it was signed, and where", async () => {
    await revoke("d");
    const file = path.join(root, "releases/revoked/1.json");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace(digestOf("d"), digestOf("e")));
    assert.throws(() => revocations(root), /releases\/revoked\/1\.json: expected the content that/);
    writeFileSync(file, text);
    writeFileSync(path.join(root, "releases/revoked/2.json"), text);
    assert.throws(
      () => revocations(root),
      /revoked\/2\.json: expected revoked\/1 in releases\/revoked\/1\.json/,
    );
  });

  it("refuses a release that has it, or stands on it, with the newest that does not", async () => {
    await revoke("d");
    const refuse = (tops: string[], stack = "dev", each = release("dev", 3, "d")) => {
      refuseRevoked(root, stack, each, tops, revocations(root));
    };
    const today = new Date().toISOString().slice(0, 10);
    const problem = `release dev/3: expected base.web without what was revoked, got ${digestOf("d")}, which Ann revoked on ${today}: CVE-2099-1; `;
    assert.throws(
      () => {
        refuse(["base.web", "base.catalog"]);
      },
      new RegExp(`${problem}npm run rollback -- --stack dev --to 2 takes the newest without it$`),
    );
    assert.throws(
      () => {
        refuse(["base.web.shop"], "prod");
      },
      new RegExp(
        `${problem}npm run promote -- --from dev --release dev/2 --to prod takes the newest without it$`,
      ),
    );
    refuse(["base.catalog"]);
    refuse(["base.website"]);
    await revoke("0");
    assert.equal(newestClean(root, "dev", revocations(root)), undefined);
    assert.throws(() => {
      refuse(["base.catalog"]);
    }, /expected base without .*; change what it is made of, and npm run up -- --stack dev builds another$/);
  });

  it("is known to no fleet, nor what stands on it", async () => {
    await revoke("b");
    const box = (digit: string) => ({
      image: pulumi.output(digestOf(digit)),
      inputDigest: pulumi.output(digit),
      services: pulumi.output([]),
    });
    const images = new Map([
      [chainId(["base"]), box("a")],
      [chainId(["base", "python"]), box("b")],
      [chainId(["base", "python", "shop"]), box("c")],
      [chainId(["base", "pythonic"]), box("d")],
    ]);
    const checked = unrevoked(images, revocations(root), () => "go back");
    const value = (id: string) =>
      (checked.get(id)?.image as unknown as { promise: () => Promise<string> }).promise();
    assert.equal(await value("base"), digestOf("a"));
    assert.equal(await value("base.pythonic"), digestOf("d"));
    for (const id of ["base.python", "base.python.shop"])
      await assert.rejects(
        value(id),
        /^Error: image base\.python: expected base\.python without what was revoked, got sha256:b+, which Ann revoked on .*: CVE-2099-1; go back; no box was started$/,
      );
  });

  it("is a disk, and each that was made from what is revoked, by the statements that go along", async () => {
    const proof = (digest: string, below: string) => {
      const resource = [{ name: "parent", digest: { sha256: below.repeat(64) } }];
      const statement = {
        _type: "https://in-toto.io/Statement/v1",
        subject: [{ name: "x", digest: { sha256: digest.repeat(64) } }],
        predicateType: "https://slsa.dev/provenance/v1",
        predicate: {
          buildDefinition: {
            ...{ buildType: "x", externalParameters: {}, internalParameters: {} },
            resolvedDependencies: resource,
          },
          runDetails: {
            builder: { id: "x", version: {} },
            metadata: { invocationId: "x", startedOn: "x", finishedOn: "x" },
            byproducts: [],
          },
        },
      };
      const file = path.join(root, `releases/proofs/${digest.repeat(64)}.json`);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify(sealed(statement, newKey().privateKey)));
    };
    proof("7", "8");
    proof("8", "9");
    const disk = (digit: string) => ({
      ...{ diskDigest: digestOf(digit), inputDigest: "d", snapshots: {} },
      amis: { r: `ami-0123456${digit}` },
    });
    const disks = { "base.machine.web": disk("7"), "base.machine.catalog": disk("6") };
    await writeRelease(root, { ...release("dev", 4), machineImages: disks });
    for (const [digit, places] of [
      ["9", ["base.machine.web"]],
      ["6", ["base.machine.web", "base.machine.catalog"]],
    ] as const) {
      await revoke(digit);
      const found = revokedPlaces(root, { images: {}, machineImages: disks }, revocations(root));
      assert.deepEqual(
        found.map(({ place }) => place),
        places,
      );
    }
    assert.deepEqual([...approvedByReleases(root).amis], []);
    assert.equal(newestClean(root, "dev", revocations(root))?.number, 3);
  });

  it("is told with the environments that run it, and what to run instead", async () => {
    const { revocation } = await revoke("d");
    const running = [
      release("dev", 3, "d"),
      { ...release("prod", 1, "d"), promotedFrom: "dev/3" },
      undefined,
    ];
    const report = running.flatMap((each) => affected(root, each?.environment ?? "qa", each, revocation));
    assert.equal(
      revokedText({ revocation, isNew: true, running: report }),
      [
        `revoked/1: nothing runs from ${digestOf("d")} any more, nor from what stands on it, once it has ended\n`,
        "dev runs it (base.web): npm run rollback -- --stack dev --to 2 takes the newest without it\n",
        "prod runs it (base.web): npm run promote -- --from dev --release dev/2 --to prod takes the newest without it\n",
      ].join(""),
    );
    assert.match(
      revokedText({ revocation, isNew: false, running: [] }),
      /is revoked since .* by Ann: CVE-2099-1\nNo/,
    );
  });

  it("is approved by no policy", async () => {
    assert.ok(approvedByReleases(root).images.has(digestOf("d")));
    await revoke("d");
    assert.deepEqual([...approvedByReleases(root).images].sort(), ["0", "a", "b", "c"].map(digestOf));
  });
});
