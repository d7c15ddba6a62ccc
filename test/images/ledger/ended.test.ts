import assert from "node:assert/strict";
import { createPublicKey } from "node:crypto";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import { sealed } from "../../../images/proof/envelope.ts";
import { lateNumbers, standingNumbers } from "../../../images/release/standing.ts";
import { newestRelease, readRelease } from "../../../images/release/store.ts";
import { keyEndFile } from "../../../images/signing/ended.ts";
import { keyId, publishKey } from "../../../images/signing/key.ts";
import { endKey, endText } from "../../../operations/keys/end.ts";
import { signerRows } from "../../../operations/keys/list.ts";
import { recordedFiles } from "../../../operations/keys/recorded.ts";
import { newKey, withProjects, type LedgerProject } from "./project.ts";

const recordOne = path.join(import.meta.dirname, "recordOne.ts");
const why = { by: "Ann", reason: "the runner was broken into" };

describe("a key that leaked, where a branch keeps the releases", () => {
  let project: LedgerProject;
  withProjects((each) => (project = each));
  const record = async (root: string, digits: string, key = project.key) => {
    const { stdout } = await execa("node", [recordOne, root, "dev", digits, "9"], {
      env: { FLEET_RELEASE_KEY: key },
    });
    return stdout;
  };

  it("ends as of a release: what came later counts no more, from every clone, and the next key goes on", async () => {
    const leaked = newKey(project.key).privateKey;
    const id = keyId(createPublicKey(leaked));
    const next = newKey();
    const root = await project.clone();
    for (const digits of ["a", "b"]) await record(root, digits);
    // Whoever has the key also has a job's right to push.
    const theirs = await project.clone();
    assert.equal(await record(theirs, "bad"), "dev/3");
    await forgeStatement(project, theirs, leaked);

    const ours = await project.clone();
    assert.equal(newestRelease(ours, "dev")?.number, 3);
    const present = recordedFiles(ours);
    assert.deepEqual([...recordedFiles(ours, "dev/2").keys()], ["dev/1.json", "dev/2.json"]);
    assert.throws(
      () => recordedFiles(ours, "dev/7"),
      /^Error: --after: expected a release that is recorded \(dev\/17\), got dev\/7; npm run releases lists them$/,
    );
    const end = endKey(ours, { id, ...why, recorded: recordedFiles(ours, "dev/2") });
    assert.equal(
      endText(ours, end, present),
      [
        `${keyEndFile(id)}: the key ends with 2 entries and statements, which stay good\n`,
        "from then on these do not count: dev/3\n",
        "nor 1 statement of images\n",
        `It counts once the file is in releases/keys in the branch main of origin; leave ${id}.pem there, which what stays is verified by.\n`,
      ].join(""),
    );
    // Written here, it is nobody's yet.
    assert.deepEqual(standingNumbers(ours, "dev"), [1, 2, 3]);
    await project.merge((folder) => {
      cpSync(path.join(ours, keyEndFile(id)), path.join(folder, keyEndFile(id)));
      publishKey(folder, next.privateKey);
    });

    const late = await project.clone("--depth=1");
    assert.equal(newestRelease(late, "dev")?.number, 2);
    assert.deepEqual(lateNumbers(late, "dev"), [3]);
    assert.equal(readRelease(late, "releases/dev/1.json").number, 1);
    assert.throws(
      () => readRelease(late, "releases/dev/3.json"),
      /dev\/3\.json: expected one that was signed before its key ended, as releases\/keys\/\w{16}\.ended\.json has them, got one by the key \w{16} that was recorded only after its end on .{10} \(the runner was broken into\); nothing runs from it/,
    );
    await assert.rejects(record(late, "bad2"), /FLEET_RELEASE_KEY: expected a key that has not ended, got/);
    assert.equal(await record(late, "c", next.pem), "dev/4");
    const last = await project.clone();
    assert.equal(newestRelease(last, "dev")?.number, 4);
    assert.deepEqual(standingNumbers(last, "dev"), [1, 2, 4]);
    assert.deepEqual(
      signerRows(last, recordedFiles(last)).find(([signer]) => signer === `key ${id}`),
      [`key ${id}`, "3", "1", `${end.endedAt.slice(0, 10)} by Ann: the runner was broken into`],
    );
  });

  it("ends as of a release of a folder that Git has, too", async () => {
    const root = await project.clone();
    writeFileSync(path.join(root, "Pulumi.yaml"), "name: shop\n");
    for (const [index, digits] of ["a", "b"].entries()) {
      await execa("node", [recordOne, root, "dev", digits, String(index + 1)]);
      await project.git(root, "add", ".");
      await project.git(root, "commit", "--quiet", "--message", digits);
    }
    assert.deepEqual([...recordedFiles(root, "dev/1").keys()], ["dev/1.json"]);
    assert.deepEqual([...recordedFiles(root).keys()], ["dev/1.json", "dev/2.json"]);
  });
});

/** Puts a statement into the branch as no command of ours does. */
async function forgeStatement(
  project: LedgerProject,
  clone: string,
  key: ReturnType<typeof newKey>["privateKey"],
) {
  const digest = "e".repeat(64);
  await project.git(clone, "fetch", "--quiet", "origin", "releases");
  await project.git(clone, "checkout", "--quiet", "--force", "-b", "releases", "FETCH_HEAD");
  mkdirSync(path.join(clone, "proofs"), { recursive: true });
  const statement = { subject: [{ digest: { sha256: digest } }] };
  writeFileSync(path.join(clone, `proofs/${digest}.json`), JSON.stringify(sealed(statement, key)));
  await project.git(clone, "add", "proofs");
  await project.git(clone, "commit", "--quiet", "--message", "A statement", "--date", "2000-01-01T00:00:00Z");
  await project.git(clone, "push", "--quiet", "origin", "releases");
}
