import assert from "node:assert/strict";
import { copyFileSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { releaseFile } from "../../../images/release/folder.ts";
import { newestRelease, readEntry, readRelease, writeRelease } from "../../../images/release/store.ts";
import { signedDigest } from "../../../images/signing/ended.ts";
import { signValue } from "../../../images/release/signature.ts";
import { release, temporaryRoot } from "./fixture.ts";

type Json = Record<string, unknown>;

describe("the chain of releases", () => {
  let root = "";
  let remove: () => void;
  const full = (file: string) => path.join(root, file);
  const json = (file: string) => JSON.parse(readFileSync(full(file), "utf8")) as Json;
  /** Puts an entry in a file, signed anew by this clone's key, which is trusted. */
  const signAgain = async (file: string, { signature: _, ...entry }: Json) => {
    writeFileSync(full(file), JSON.stringify({ ...entry, signature: await signValue(root, entry) }));
  };
  const refused = (file: string, message: RegExp) => {
    assert.throws(() => readRelease(root, file), message);
  };
  const newestRefused = (message: RegExp) => {
    assert.throws(() => newestRelease(root, "dev"), message);
  };

  beforeEach(async () => {
    ({ root, remove } = temporaryRoot());
    for (const number of [1, 2, 3, 4]) await writeRelease(root, release("dev", number, String(number)));
    await writeRelease(root, release("staging", 1));
  });
  afterEach(() => {
    remove();
  });

  it("names the one before by its digest, and who recorded it", () => {
    const { ledger } = readEntry(root, releaseFile("dev", 3));
    assert.equal(ledger?.predecessor, signedDigest(json("releases/dev/2.json")));
    assert.ok(ledger.author.length > 0);
    assert.equal(readEntry(root, releaseFile("dev", 1)).ledger?.predecessor, undefined);
  });

  it("is the same however its files are laid out", () => {
    for (const number of [1, 4]) {
      const file = releaseFile("dev", number);
      const { signature, ...others } = json(file);
      writeFileSync(full(file), JSON.stringify({ signature, ...others }));
    }
    assert.equal(newestRelease(root, "dev")?.number, 4);
  });

  it("holds an entry to its place: one copied behind the others is refused", () => {
    copyFileSync(full("releases/dev/2.json"), full("releases/dev/8.json"));
    newestRefused(
      /^ConfigurationError: [^]*releases\/dev\/8\.json: expected dev\/2 in releases\/dev\/2\.json, got it here; remove this file$/,
    );
  });

  it("… and one of another environment", () => {
    copyFileSync(full("releases/staging/1.json"), full("releases/dev/9.json"));
    newestRefused(/releases\/dev\/9\.json: expected staging\/1 in releases\/staging\/1\.json, got it here/);
  });

  it("… and one that is called otherwise, or reached by another name", () => {
    for (const name of ["copy.json", "02.json", "2.json.json"]) {
      copyFileSync(full("releases/dev/2.json"), full(`releases/dev/${name}`));
      refused(`releases/dev/${name}`, /expected dev\/2 in releases\/dev\/2\.json, got it here/);
    }
    copyFileSync(full("releases/dev/2.json"), full("releases/dev/8.json"));
    refused("./releases//staging/../dev/8.json", /got it here/);
    copyFileSync(full("releases/dev/2.json"), full("releases/2.json"));
    refused("releases/2.json", /got it here/);
  });

  it("takes a file that is elsewhere as it was signed: it has no place here", () => {
    copyFileSync(full("releases/dev/2.json"), full("handed-over.json"));
    assert.equal(readRelease(root, "handed-over.json").number, 2);
  });

  it("misses one that was removed in the middle, or at the beginning; what stands below goes on", () => {
    rmSync(full("releases/dev/3.json"));
    newestRefused(
      /releases\/dev\/4\.json: expected sha256:\w+ before it, got dev\/2 with the digest sha256:\w+; take/,
    );
    assert.equal(readRelease(root, "releases/dev/2.json").number, 2);
    rmSync(full("releases/dev/1.json"));
    refused("releases/dev/2.json", /releases\/dev\/2\.json: expected the release dev\/1 before it, got none/);
  });

  it("sees two that changed their places", () => {
    renameSync(full("releases/dev/2.json"), full("releases/dev/x"));
    renameSync(full("releases/dev/3.json"), full("releases/dev/2.json"));
    renameSync(full("releases/dev/x"), full("releases/dev/3.json"));
    newestRefused(/releases\/dev\/2\.json: expected the release dev\/2, got dev\/3 in its place/);
  });

  it("sees one that a trusted key signed anew with another content: its successor names the one that was", async () => {
    const file = "releases/dev/2.json";
    await signAgain(file, { ...json(file), createdAt: "2026-03-04T05:06:07.000Z" });
    assert.equal(readRelease(root, file).number, 2);
    newestRefused(/releases\/dev\/3\.json: expected sha256:\w+ before it, got dev\/2 with the digest/);
  });

  it("sees one whose predecessor is another, or none", async () => {
    const file = "releases/dev/4.json";
    const { ledger, ...entry } = json(file);
    const { predecessor: _, ...recorder } = ledger as Json;
    const first = signedDigest(json("releases/dev/1.json"));
    await signAgain(file, { ...entry, ledger: { ...recorder, predecessor: first } });
    newestRefused(new RegExp(`4\\.json: expected ${first} before it, got dev/3 with the digest`));
    await signAgain(file, { ...entry, ledger: recorder });
    newestRefused(/4\.json: expected no release before it, got dev\/3 with the digest/);
    await signAgain(file, entry);
    newestRefused(/4\.json: expected an entry of the ledger, as dev\/3 is, got one of before/);
  });

  it("goes on from releases that were recorded before it, gaps among them too", async () => {
    for (const number of [1, 2, 3, 4]) rmSync(full(`releases/dev/${number}.json`));
    for (const number of [2, 5])
      await signAgain(`releases/dev/${number}.json`, release("dev", number, String(number)));
    assert.equal(newestRelease(root, "dev")?.number, 5);
    await writeRelease(root, release("dev", 6));
    assert.equal(
      readEntry(root, "releases/dev/6.json").ledger?.predecessor,
      signedDigest(json("releases/dev/5.json")),
    );
    copyFileSync(full("releases/dev/2.json"), full("releases/dev/3.json"));
    newestRefused(/releases\/dev\/3\.json: expected the release dev\/3, got dev\/2 in its place/);
  });
});
