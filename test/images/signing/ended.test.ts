import { deepEqual, equal, match, rejects, throws } from "node:assert/strict";
import { createPublicKey, sign, type KeyObject } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import { sealed } from "../../../images/proof/envelope.ts";
import { statementOf } from "../../../images/proof/statement.ts";
import { verifyStatement } from "../../../images/proof/verify.ts";
import { newestDigest } from "../../../images/release/chain.ts";
import { releaseFile } from "../../../images/release/folder.ts";
import { nextNumber, standingNumbers } from "../../../images/release/standing.ts";
import { newestRelease, readRelease, writeRelease } from "../../../images/release/store.ts";
import { keyEndFile } from "../../../images/signing/ended.ts";
import { keyId, publishKey, usableBuildKey } from "../../../images/signing/key.ts";
import { endKey } from "../../../operations/keys/end.ts";
import { recordedFiles } from "../../../operations/keys/recorded.ts";
import { canonicalJson } from "../../../plan/digest.ts";
import { restoreVariables } from "../../support/variables.ts";
import { newKey } from "../ledger/project.ts";
import { making, ProofPlace } from "../proof/fixture.ts";
import { digestOf, release } from "../release/fixture.ts";

const keys = [newKey(), newKey(), newKey()];
const idOf = (key: KeyObject) => keyId(createPublicKey(key));
const why = { by: "Ann", reason: "it leaked" };

/** A project in which three people sign, and whoever got their keys. */
class Signers {
  readonly root: string;
  /** What is recorded, and by whom; of all moments so far. */
  readonly recorded: { file: string; key: number; text: string }[] = [];
  readonly moments: ReadonlyMap<string, string>[] = [];
  readonly ends: { key: number; kept: ReadonlyMap<string, string> }[] = [];

  constructor(root: string) {
    this.root = root;
    for (const { privateKey } of keys) publishKey(root, privateKey);
    this.#look();
  }

  #look(): void {
    this.moments.push(recordedFiles(this.root));
  }

  /** As this project's commands do, or, of whoever has the key, without asking it; then at whatever time it says. */
  async release(key: number, environment: string): Promise<void> {
    const number = nextNumber(this.root, environment);
    const each = release(environment, number, String(this.recorded.length % 10));
    if (this.hasEnded(key)) this.#forge(key, { ...each, createdAt: "2000-01-01T00:00:00.000Z" });
    else {
      process.env["FLEET_RELEASE_KEY"] = keys[key]?.pem ?? "";
      await writeRelease(this.root, each, { author: "Ann" });
    }
    this.#note(key, releaseFile(environment, number));
  }

  #forge(key: number, content: ReturnType<typeof release>): void {
    const { environment, number } = content;
    const predecessor = newestDigest(this.root, environment);
    const ledger = { author: "Mallory", ...(predecessor !== undefined && { predecessor }) };
    const plain = { ...content, ledger };
    const { privateKey } = keys[key] ?? newKey();
    const value = sign(null, Buffer.from(canonicalJson(plain)), privateKey).toString("base64");
    const signature = { algorithm: "ed25519", key: idOf(privateKey), value };
    this.#write(releaseFile(environment, number), JSON.stringify({ ...plain, signature }));
  }

  /** @param nth the image: a new one, or one that has a statement already. */
  statement(key: number, nth: number): void {
    const digest = `sha256:${nth.toString(16).padStart(64, "0")}`;
    const finishedAt = new Date(this.hasEnded(key) ? "2000-01-01" : "2026-11-30");
    const made = { inventoryDigest: digestOf("1"), contentsDigest: digestOf("2"), finishedAt };
    const statement = statementOf({ ...making(digest), ...made });
    const { privateKey } = keys[key] ?? newKey();
    const file = `releases/proofs/${digest.slice(7)}.json`;
    this.#write(
      file,
      JSON.stringify({ ...sealed({ ...statement, nonce: this.recorded.length }, privateKey) }),
    );
    this.#note(key, file);
  }

  #write(file: string, text: string): void {
    mkdirSync(path.dirname(path.join(this.root, file)), { recursive: true });
    writeFileSync(path.join(this.root, file), text);
  }

  #note(key: number, file: string): void {
    this.recorded.push({ file, key, text: readFileSync(path.join(this.root, file), "utf8") });
    this.#look();
  }

  /** @param back so many moments ago. */
  end(key: number, back: number): void {
    const recorded = this.moments[Math.max(0, this.moments.length - 1 - back)] ?? new Map<string, string>();
    endKey(this.root, { id: idOf(keys[key]?.privateKey ?? newKey().privateKey), ...why, recorded });
    this.ends.push({ key, kept: recorded });
  }

  hasEnded(key: number): boolean {
    return this.ends.some((end) => end.key === key);
  }

  /** Of what lies there now, the files that were recorded before the end of their key. */
  good(): Set<string> {
    const lying = new Map(this.recorded.map((each) => [each.file, each]));
    const good = [...lying.values()].filter(({ file, key, text }) =>
      this.ends.every((end) => end.key !== key || end.kept.get(file.replace("releases/", "")) === text),
    );
    return new Set(good.map(({ file }) => file));
  }
}

const anyKey = fc.nat(keys.length - 1);
const anyMove = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ move: fc.constant("release"), key: anyKey, of: fc.constantFrom("dev", "prod") }),
  },
  { weight: 3, arbitrary: fc.record({ move: fc.constant("statement"), key: anyKey, nth: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ move: fc.constant("end"), key: anyKey, back: fc.nat(4) }) },
);

describe("a key that has ended", () => {
  const before = { ...process.env };
  let place: ProofPlace;
  beforeEach(() => {
    place = new ProofPlace();
  });
  afterEach(() => {
    place.dispose();
    restoreVariables(before);
  });

  it("is good for all that was recorded before, and for nothing else, in whatever order and of whatever date", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyMove, { maxLength: 14 }), async (moves) => {
        const own = new ProofPlace();
        try {
          const signers = new Signers(own.root);
          for (const each of moves) {
            if ("of" in each) await signers.release(each.key, each.of);
            else if ("nth" in each) signers.statement(each.key, each.nth);
            else signers.end(each.key, each.back);
          }
          compare(signers);
        } finally {
          own.dispose();
        }
      }),
      { numRuns: 60 },
    );
  });

  it("signs nothing here any more, neither releases nor images", async () => {
    const { root } = place;
    const [key] = keys;
    process.env["FLEET_RELEASE_KEY"] = process.env["FLEET_BUILD_KEY"] = key?.pem;
    await writeRelease(root, release("dev", 1));
    const id = idOf(usableBuildKey(root));
    endKey(root, { id, ...why, recorded: recordedFiles(root) }, new Date("2026-11-30T12:00:00Z"));
    const refused = (of: string) =>
      new RegExp(
        `^Error: ${of}: expected a key that has not ended, got ${id}, which Ann ended on 2026-11-30 \\(it leaked\\); nothing was signed`,
      );
    await rejects(writeRelease(root, release("dev", 2)), refused("FLEET_RELEASE_KEY"));
    throws(() => usableBuildKey(root), refused("FLEET_BUILD_KEY"));
    equal(newestRelease(root, "dev")?.number, 1);
  });

  it("ends only once: what did not count any more never counts again", async () => {
    const signers = new Signers(place.root);
    await signers.release(0, "dev");
    signers.end(0, 1);
    signers.end(0, 0);
    deepEqual(standingNumbers(place.root, "dev"), []);
  });

  it("counts for nothing where nobody can tell how it ended", async () => {
    const signers = new Signers(place.root);
    await signers.release(0, "dev");
    const file = keyEndFile(idOf(keys[0]?.privateKey ?? newKey().privateKey));
    for (const text of ["", "{}", JSON.stringify({ format: 1, keeps: {} })]) {
      writeFileSync(path.join(place.root, file), text);
      throws(
        () => newestRelease(place.root, "dev"),
        /\.ended\.json: expected how the key .* ended, got another file/,
      );
    }
  });

  it("is one that the project knows", () => {
    throws(
      () => endKey(place.root, { id: "0".repeat(16), ...why, recorded: new Map() }),
      /^Error: --end: expected a key of releases\/keys \(there is none\), got 0{16}; npm run keys lists them$/,
    );
  });
});

/** What is good is read, and nothing else; the newest good one is the newest. */
function compare(signers: Signers): void {
  const { root } = signers;
  const good = signers.good();
  for (const file of new Set(signers.recorded.map((each) => each.file))) {
    const digest = `sha256:${path.basename(file, ".json")}`;
    const isStatement = file.startsWith("releases/proofs/");
    const problem = isStatement
      ? verifyStatement(root, { name: "image", digest }).problems[0]
      : problemOf(() => readRelease(root, file));
    if (good.has(file)) equal(problem, undefined, file);
    else
      match(
        problem ?? "",
        /expected (one|a statement) that was signed before its key ended, as .*\.ended\.json/,
      );
  }
  for (const environment of ["dev", "prod"]) {
    const numbers = standingNumbers(root, environment);
    deepEqual(
      numbers.map((number) => good.has(releaseFile(environment, number))),
      numbers.map(() => true),
    );
    const expected = [...good].filter((file) => file.startsWith(`releases/${environment}/`));
    deepEqual(new Set(numbers.map((number) => releaseFile(environment, number))), new Set(expected));
    equal(newestRelease(root, environment)?.number, numbers.at(-1));
  }
}

function problemOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    return String(error);
  }
}
