import * as assert from "node:assert/strict";
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import type { Release } from "../../images/release/release.ts";
import { releaseNumbers } from "../../images/release/folder.ts";
import { exactUp } from "../sandbox/exact.ts";
import { engineOf } from "../../engine/engine.ts";
import { LongTraffic } from "../load/long/LongTraffic.ts";
import type { Asked } from "../load/asked.ts";
import { counts, saidOf } from "../load/lost.ts";
import { movesData } from "./movesData.ts";
import { noSecondEngine, TestEngine } from "../sandbox/engine.ts";
import { TestHosts } from "../sandbox/hosts.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { smallDisk, type SmallDisk } from "../work/fullDisk.ts";
import { answersOf, servesAgain } from "./servesAgain.ts";

const diskKibibytes = 4 * 2 ** 20;
const lasting = { seconds: 4, uploadBytes: 2 ** 26, uploadSeconds: 6 };

interface StackFile {
  config: Record<"immutable-fleets:environment", { release: string; fleets: { catalog: object } }>;
}

/** The cases of a stack `far` that takes dev's releases to the engine of another machine. */
export function onAnotherEngine(
  sandboxOf: () => Sandbox,
  place: string,
  environment: (port: number, more: object) => string,
): void {
  describe("on the engine of another machine", () => {
    const hosts = new TestHosts();
    let disk: SmallDisk | undefined;
    let sandbox: Sandbox;
    const file = (name: string) => path.join(sandbox.folder, name);
    const read = (name: string) => JSON.parse(readFileSync(file(name), "utf8")) as Release;
    let engine: TestEngine;
    const succeeds = async (script: string, ...args: string[]) => {
      const { exitCode, all } = await sandbox.run("commands/main.ts", script, ...args);
      assert.equal(exitCode, 0, all);
      return all;
    };
    const onlyThere = async () =>
      (await engine.docker("ps", "--no-trunc", "--format", "{{.Names}} {{.Image}}")).split("\n").sort();

    before(async function () {
      sandbox = sandboxOf();
      const missing = await noSecondEngine();
      if (missing !== undefined) {
        console.log(`      skipped: ${missing}`);
        this.skip();
      }
      await hosts.prepare(read("releases/dev/1.json").images["base"]?.image ?? "");
      disk = smallDisk(diskKibibytes);
      engine = await TestEngine.start(hosts, "far", "bridge", disk);
      copyFileSync(hosts.privateKey, file(".far-key"));
      chmodSync(file(".far-key"), 0o600);
      writeFileSync(file("Pulumi.far.yaml"), farEnvironment(engine.host.hostKey));
    });

    after(async () => {
      await sandbox.pulumi("destroy", "--yes", "--stack", "far");
      await (engine as TestEngine | undefined)?.stop();
      await hosts.dispose();
      disk?.remove();
    });

    const farEnvironment = (hostKey: string) =>
      environment(8080, {
        promoteFrom: "dev",
        engines: { far: { address: engine.host.address, hostKey, user: "deploy", privateKey: ".far-key" } },
      });

    it("runs what was proved here, brought there by SSH, and answers", async () => {
      const output = await succeeds("promote", "--to", "far", "--yes");
      const newest = read(`releases/dev/${Math.max(...releaseNumbers(sandbox.folder, "dev"))}.json`);
      const image = newest.images[place]?.image ?? "";
      assert.match(output, /far is sent base\.python\.catalog, \d+ MB/);
      assert.match(output, new RegExp(`far answers at http://${engine.host.address}:8080`));
      const boxes = (await onlyThere()).map((line) => line.replace(/-[0-9a-f]{7} /, " "));
      assert.equal(boxes.find((line) => line.startsWith("far.catalog-1"))?.split(" ")[1], image);
      assert.equal(boxes.length, 3);
      const answer = await fetch(`http://${engine.host.address}:8080/products`);
      assert.deepEqual([answer.status, answer.headers.get("x-image-digest")], [200, image]);
      assert.equal(answer.headers.get("x-box"), "far.catalog-1");
    });

    servesAgain(() => engine);

    it("is looked at there: status, logs and drift", async () => {
      const status = JSON.parse(
        (await sandbox.run("commands/main.ts", "status", "--stack", "far", "--format", "json")).stdout,
      ) as {
        well: boolean;
        boxes: { box: string; health: string }[];
      };
      assert.equal(status.well, true);
      assert.equal(status.boxes.find(({ box }) => box === "far.catalog-1")?.health, "healthy");
      assert.match(await succeeds("logs", "far.catalog-1", "--stack", "far"), /^far\.catalog-1 \| /m);
      const drift = await sandbox.run("commands/main.ts", "drift", "--stack", "far");
      assert.equal(drift.exitCode, 0, drift.all);
    });

    const select = (release: string) => {
      sandbox.edit("Pulumi.far.yaml", (document: StackFile) => {
        document.config["immutable-fleets:environment"].release = release;
      });
    };

    it("cuts no upload, stream, socket or slow client when box and edge are swapped", async () => {
      sandbox.edit("Pulumi.far.yaml", (document: StackFile) => {
        const { catalog } = document.config["immutable-fleets:environment"].fleets;
        Object.assign(catalog, { drainSeconds: 31, environment: { SWAP: "1" } });
      });
      const at = { address: engine.host.address, port: 8080 };
      const traffic = new LongTraffic(at, "far", lasting, ["catalog"]);
      let asked: Asked[] = [];
      const told = await exactUp(sandbox, "far").finally(async () => (asked = await traffic.end()));
      assert.deepEqual(counts(asked.filter(({ failure }) => failure !== undefined).map(saidOf)), {});
      assert.ok(asked.length > 10, `expected many, got ${asked.length}`);
      for (const name of ["catalog-1", "edge"])
        assert.match(told, new RegExp(`Container far\\.${name} replaced`));
    });

    it("goes on serving while the disk of its engine is full, and says so", async function () {
      if (!disk) return this.skip();
      const [before, whole] = [await onlyThere(), readFileSync(file("Pulumi.far.yaml"))];
      disk.narrow();
      try {
        select("dev/1");
        const up = sandbox.run("commands/main.ts", "up", "--stack", "far");
        assert.deepEqual(await answersOf(engine, 100), { 200: 100 });
        const { exitCode, all } = await up;
        assert.equal(exitCode, 1, all);
        assert.match(
          all,
          /engine far: docker load: .*no space left on device; its disk is full: free some of it/,
        );
        assert.deepEqual(await answersOf(engine, 50), { 200: 50 });
        assert.deepEqual(await onlyThere(), before);
      } finally {
        disk.widen();
        writeFileSync(file("Pulumi.far.yaml"), whole);
      }
    });

    it("is swapped when the release changes, and left alone when not", async () => {
      const before = await onlyThere();
      await exactUp(sandbox, "far");
      assert.deepEqual(await onlyThere(), before);
      select("dev/1");
      await exactUp(sandbox, "far");
      const image = read("releases/dev/1.json").images[place]?.image ?? "";
      const after = await onlyThere();
      assert.equal(after.filter((line) => line.endsWith(image)).length, 1, after.join("\n"));
      assert.equal(after.length, before.length);
    });

    movesData(() => ({
      there: engine,
      engine: engineOf("far", {
        ...{ address: engine.host.address, port: 22, user: "deploy" },
        ...{ hostKey: engine.host.hostKey, privateKey: hosts.privateKey },
      }),
      image: read("releases/dev/1.json").images["base"]?.image ?? "",
    }));

    it("is not touched when the machine shows another host key", async () => {
      const before = await onlyThere();
      const key = readFileSync(`${hosts.privateKey}.pub`, "utf8").split(" ").slice(0, 2).join(" ");
      writeFileSync(file("Pulumi.far.yaml"), farEnvironment(key));
      // Another release, which would swap the boxes.
      const up = await sandbox.run("commands/main.ts", "up", "--stack", "far");
      assert.equal(up.exitCode, 1, up.all);
      assert.match(up.all, /host key verification failed/i);
      assert.deepEqual(await onlyThere(), before);
      writeFileSync(file("Pulumi.far.yaml"), farEnvironment(engine.host.hostKey));
    });
  });
}
