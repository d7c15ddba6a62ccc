import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { CreateBucketCommand, ListMultipartUploadsCommand, S3Client } from "@aws-sdk/client-s3";
import { openStore } from "../../../fleets/backup/store/open.ts";
import type { BackupStore } from "../../../fleets/backup/store/store.ts";
import { startEmulator, type Emulator } from "../../emulator/start.ts";
import { allOf, streamOf } from "./bytes.ts";
import { restoreVariables } from "../../support/variables.ts";

/** What every store keeps to. */
function keeps(storeOf: (box: string) => BackupStore): void {
  it("has what was written, under names in order, each accessory apart", async () => {
    const [store, other] = [storeOf("database"), storeOf("db")];
    deepEqual(await store.list(), []);
    const content = randomBytes(200_000);
    await store.write("b.age", streamOf([content.subarray(0, 1000), content.subarray(1000)]));
    await store.write("a.json", streamOf([Buffer.from("{}")]));
    deepEqual(await store.list(), ["a.json", "b.age"]);
    deepEqual(await allOf(await store.read("b.age")), content);
    deepEqual(await other.list(), []);
    await store.remove("b.age");
    deepEqual(await store.list(), ["a.json"]);
    await rejects(store.read("b.age").then(allOf));
  });

  it("has nothing of what failed half-way", async () => {
    const store = storeOf("halves");
    const parts = [randomBytes(6 * 2 ** 20), randomBytes(6 * 2 ** 20)];
    await rejects(store.write("c.age", streamOf(parts, new Error("dump failed"))), /dump failed/);
    deepEqual(await store.list(), []);
  });

  it("never replaces a file", async () => {
    const store = storeOf("twice");
    await store.write("d.age", streamOf([Buffer.from("first")]));
    await rejects(store.write("d.age", streamOf([Buffer.from("second")])));
    equal((await allOf(await store.read("d.age"))).toString(), "first");
  });
}

describe("backups in a folder", () => {
  let folder: string;
  const storeOf = (box: string) => openStore({ to: `${folder}/`, stack: "dev", box });

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "fleet-backups-"));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  keeps(storeOf);

  it("are for nobody else's eyes, and what a kill has left goes after a day", async () => {
    const store = storeOf("rights");
    await store.write("e.age", streamOf([Buffer.from("e")]));
    const own = path.join(folder, "dev/rights");
    equal(store.place("e.age"), path.join(own, "e.age"));
    equal(statSync(own).mode & 0o777, 0o700);
    equal(statSync(path.join(own, "e.age")).mode & 0o777, 0o600);
    for (const name of [".old.age.1.partial", ".new.age.2.partial"]) writeFileSync(path.join(own, name), "");
    utimesSync(path.join(own, ".old.age.1.partial"), 1, 1);
    await store.write("f.age", streamOf([Buffer.from("f")]));
    deepEqual(readdirSync(own).sort(), [".new.age.2.partial", "e.age", "f.age"]);
  });
});

describe("backups in a bucket", function () {
  this.timeout("10m");
  let emulator: Emulator;
  let outside: NodeJS.ProcessEnv;

  before(async () => {
    outside = { ...process.env };
    emulator = await startEmulator();
    Object.assign(process.env, emulator.environment);
    await client().send(new CreateBucketCommand({ Bucket: "backups", CreateBucketConfiguration: region }));
  });
  after(async () => {
    restoreVariables(outside);
    await emulator.stop();
  });

  const region = { LocationConstraint: "eu-central-1" } as const;
  const client = () => new S3Client({ forcePathStyle: true });

  keeps((box) => openStore({ to: "s3://backups/fleet/all", region: "eu-central-1", stack: "dev", box }));

  it("are found by their address, and leave no parts of what failed", async () => {
    const store = openStore({ to: "s3://backups", region: "eu-central-1", stack: "dev", box: "database" });
    equal(store.place("x.age"), "s3://backups/dev/database/x.age");
    const parts = Array.from({ length: 5 }, () => randomBytes(8 * 2 ** 20));
    await rejects(store.write("x.age", streamOf(parts, new Error("dump failed"))), /dump failed/);
    const { Uploads = [] } = await client().send(new ListMultipartUploadsCommand({ Bucket: "backups" }));
    deepEqual(Uploads, []);
    await store.write("x.age", streamOf(parts));
    equal((await allOf(await store.read("x.age"))).equals(Buffer.concat(parts)), true);
  });

  it("say what is wrong with a bucket that is not there", async () => {
    const store = openStore({ to: "s3://nowhere", region: "eu-central-1", stack: "dev", box: "database" });
    await rejects(store.list(), (error: Error) => {
      match(error.message, /bucket/i);
      return true;
    });
  });
});
