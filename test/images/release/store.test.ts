import * as assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { releaseNumbers, releasedEnvironments } from "../../../images/release/folder.ts";
import { newestRelease, numberFor, readRelease, writeRelease } from "../../../images/release/store.ts";
import { selectedRelease } from "../../../images/release/select.ts";
import { trustedKeys } from "../../../images/signing/key.ts";
import { digestOf, release, temporaryRoot, withRoots } from "./fixture.ts";

describe("release files", () => {
  let root = "";
  withRoots((each) => (root = each));
  const tamper = (change: (text: string) => string) => {
    const file = path.join(root, "releases/dev/1.json");
    writeFileSync(file, change(readFileSync(file, "utf8")));
  };

  it("come back as they were written", async () => {
    const file = await writeRelease(root, release("dev", 1));
    assert.equal(file, "releases/dev/1.json");
    assert.deepEqual(readRelease(root, file), release("dev", 1));
  });

  it("are signed by a key that only its owner can read, its public half beside them", async () => {
    await writeRelease(root, release("dev", 1));
    assert.equal(statSync(path.join(root, ".release-key")).mode & 0o777, 0o600);
    const { signature } = JSON.parse(readFileSync(path.join(root, "releases/dev/1.json"), "utf8")) as {
      signature: { key: string };
    };
    const publicKey = readFileSync(path.join(root, `releases/keys/${signature.key}.pem`), "utf8");
    assert.match(publicKey, /BEGIN PUBLIC KEY/);
  });

  it("are refused when one digest was changed", async () => {
    await writeRelease(root, release("dev", 1));
    tamper((text) => text.replace(digestOf("a"), digestOf("c")));
    assert.throws(
      () => readRelease(root, "releases/dev/1.json"),
      /releases\/dev\/1\.json: expected the content that releases\/keys\/\w+\.pem signed, got another; take/,
    );
  });

  it("are refused when their environment was changed", async () => {
    await writeRelease(root, release("dev", 1));
    tamper((text) => text.replace('"dev"', '"qa"'));
    assert.throws(() => readRelease(root, "releases/dev/1.json"), /expected the content/);
  });

  it("are refused when the key is not among the trusted", async () => {
    await writeRelease(root, release("dev", 1));
    rmSync(path.join(root, "releases/keys"), { recursive: true });
    assert.throws(() => readRelease(root, "releases/dev/1.json"), /expected a key of releases\/keys, got/);
  });

  it("are refused when a key's file holds another key", async () => {
    await writeRelease(root, release("dev", 1));
    const other = temporaryRoot();
    await writeRelease(other.root, release("dev", 1));
    const ids = [root, other.root].map((each) => {
      const text = readFileSync(path.join(each, "releases/dev/1.json"), "utf8");
      return (JSON.parse(text) as { signature: { key: string } }).signature.key;
    });
    const stranger = readFileSync(path.join(other.root, `releases/keys/${ids[1]}.pem`));
    writeFileSync(path.join(root, `releases/keys/${ids[0]}.pem`), stranger);
    other.remove();
    assert.throws(() => readRelease(root, "releases/dev/1.json"), /expected the content/);
  });

  it("are refused, with what is wrong, when they are malformed", async () => {
    await writeRelease(root, release("dev", 1));
    tamper((text) => text.replace(digestOf("a"), "latest"));
    assert.throws(
      () => readRelease(root, "releases/dev/1.json"),
      /releases\/dev\/1\.json: images\.base\.web\.image: expected a digest \(sha256:…\), got latest; correct it/,
    );
  });

  it("are refused when they are cut off, or no file", async () => {
    await writeRelease(root, release("dev", 1));
    tamper((text) => text.slice(0, text.length / 2));
    const cut =
      /releases\/dev\/1\.json: expected the JSON of a release, got something else, or a part of it; take the file again/;
    assert.throws(() => readRelease(root, "releases/dev/1.json"), cut);
    mkdirSync(path.join(root, "releases/dev/2.json"));
    assert.throws(() => readRelease(root, "releases/dev/2.json"), /expected the JSON of a release/);
  });

  it("are refused when their key's file is no key", async () => {
    await writeRelease(root, release("dev", 1));
    const keys = path.join(root, "releases/keys");
    for (const file of readdirSync(keys)) writeFileSync(path.join(keys, file), "none");
    assert.throws(
      () => readRelease(root, "releases/dev/1.json"),
      /expected a public key \(PEM\) in releases\/keys\/\w+\.pem, got another file; take the file again/,
    );
    assert.throws(
      () => trustedKeys(root),
      /releases\/keys\/\w+\.pem: expected a public key \(PEM\), got another/,
    );
  });

  it("are never written over", async () => {
    await writeRelease(root, release("dev", 1));
    await assert.rejects(writeRelease(root, release("dev", 1, "d")), /did another clone record it/);
  });

  it("are numbered anew only when something changed", async () => {
    assert.equal(numberFor(root, "dev", release("dev", 1)), 1);
    await writeRelease(root, release("dev", 1));
    assert.equal(numberFor(root, "dev", release("dev", 9)), 1);
    assert.equal(numberFor(root, "dev", release("dev", 9, "e")), 2);
    assert.equal(numberFor(root, "prod", release("prod", 9)), 1);
  });

  it("are counted by number, not by name", async () => {
    const numbers = Array.from({ length: 10 }, (_, index) => index + 1);
    for (const number of numbers) await writeRelease(root, release("dev", number));
    mkdirSync(path.join(root, "releases/empty"));
    assert.deepEqual(releaseNumbers(root, "dev"), numbers);
    assert.equal(newestRelease(root, "dev")?.number, 10);
    assert.deepEqual(releasedEnvironments(root), ["dev"]);
  });

  describe("are selected", () => {
    beforeEach(async () => {
      await writeRelease(root, release("dev", 1));
      await writeRelease(root, release("dev", 2, "c"));
    });

    it("by nothing: the stack builds", () => {
      assert.equal(selectedRelease(root, {}), undefined);
    });

    it("by promoteFrom: the newest", () => {
      assert.equal(selectedRelease(root, { promoteFrom: "dev" })?.number, 2);
    });

    for (const chosen of ["dev/1", "releases/dev/1.json", 1, "1"]) {
      it(`by release: ${JSON.stringify(chosen)}`, () => {
        assert.equal(selectedRelease(root, { promoteFrom: "dev", release: chosen })?.number, 1);
      });
    }

    it("by nothing that is there: refused", () => {
      assert.throws(
        () => selectedRelease(root, { release: "dev/7" }),
        /releases\/dev\/7\.json: expected a release/,
      );
      assert.throws(
        () => selectedRelease(root, { promoteFrom: "qa" }),
        /environment\.promoteFrom: expected an environment that has a release, got qa; npm run up -- --stack qa/,
      );
    });
  });
});
