import { deepEqual, equal, match, rejects, throws } from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { generateX25519Identity } from "age-encryption";
import { decrypted, encrypted, keyOf } from "../../../fleets/backup/seal.ts";
import { allOf, streamOf } from "./bytes.ts";

describe("a sealed backup", () => {
  let key: string;
  const plain = randomBytes(300_000);

  before(async () => {
    key = await generateX25519Identity();
  });

  const seal = async () => allOf(await encrypted(streamOf([plain]), key));
  const open = async (cipher: Uint8Array, by = key) => allOf(decrypted(streamOf([cipher]), by));

  const refused =
    /^Error: expected what its key has sealed, whole, got: .+; take another backup, or the key of its time$/;

  it("is opened by its key alone, whatever the parts are in which it comes", async () => {
    const cipher = await seal();
    match(cipher.toString("latin1"), /^age-encryption\.org\/v1\n-> X25519 /);
    const parts = Array.from({ length: 100 }, (_, part) => cipher.subarray(part * 3100, (part + 1) * 3100));
    deepEqual(await allOf(decrypted(streamOf(parts), key)), plain);
    await rejects(open(cipher, await generateX25519Identity()), refused);
  });

  it("is opened by its passphrase", async () => {
    const passphrase = randomBytes(32).toString("base64url");
    const cipher = await allOf(await encrypted(streamOf([plain]), passphrase));
    match(cipher.toString("latin1"), /^age-encryption\.org\/v1\n-> scrypt /);
    deepEqual(await open(cipher, passphrase), plain);
  });

  it("is refused where any of it was changed or cut off, at whatever place", async () => {
    const cipher = await seal();
    for (const place of [60, 250, 70_000, 140_000, cipher.length - 1]) {
      const changed = Buffer.from(cipher);
      changed.writeUInt8(changed.readUInt8(place) ^ 1, place);
      await rejects(open(changed), refused, `changed at ${place}`);
      await rejects(open(cipher.subarray(0, place)), refused, `cut off at ${place}`);
    }
    // The end of a chunk is not the end of the whole.
    const header = cipher.length - plain.length - 16 * Math.ceil(plain.length / 65_536);
    await rejects(open(cipher.subarray(0, header + 2 * (65_536 + 16))), refused);
  });

  it("ends with the error of what it is made of: half a dump is no dump", async () => {
    const failing = async () => allOf(await encrypted(streamOf([plain], new Error("dump failed")), key));
    await rejects(failing, /dump failed/);
  });

  it("ends what it is made of where nobody reads on, sealed or opened", async () => {
    let ended = 0;
    const endless = async function* () {
      try {
        for (;;) yield await Promise.resolve(plain);
      } finally {
        ended++;
      }
    };
    // It is told a turn of the event loop later.
    const untilEnded = async (count: number) => {
      for (let tries = 0; tries < 100 && ended < count; tries++) await sleep(10);
      equal(ended, count);
    };
    for await (const part of await encrypted(endless(), key)) if (part.length > 0) break;
    await untilEnded(1);
    for await (const part of decrypted(await encrypted(endless(), key), key)) if (part.length > 0) break;
    await untilEnded(2);
  });

  it("has a key that cannot be guessed, and no problem shows it", () => {
    equal(keyOf(`${key}\n`, "backups"), key);
    const expected =
      "secrets.backups: expected an age identity (AGE-SECRET-KEY-1…) or a random text of at least 32 characters, got another text; make one by age-keygen, or list backups in environment.generatedSecrets";
    for (const bad of ["hunter2 hunter2 hunter2 hunter2", key.slice(0, -1), ""]) {
      throws(() => keyOf(bad, "backups"), { message: expected });
    }
  });
});
