import * as assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import { stringify } from "yaml";
import { proofFolder } from "../../images/proof/store.ts";
import type { Release } from "../../images/release/release.ts";
import { releaseNumbers } from "../../images/release/folder.ts";
import type { AptRepository } from "../registry/aptRepository.ts";
import { exactUp } from "../sandbox/exact.ts";
import { keptOutputs } from "../sandbox/state.ts";
import { createSandbox, freePort, type Sandbox } from "../sandbox/sandbox.ts";
import { boundsLogs } from "./boundsLogs.ts";
import { existingImage } from "./existingImage.ts";
import { addLongExchanges } from "../load/long/install.ts";
import { keepsOut } from "./keepsOut.ts";
import { onAnotherEngine } from "./onAnotherEngine.ts";
import { ledgerIn, refusesHoles } from "./refusesHoles.ts";
import { runsTasks } from "./runsTasks.ts";
import { staysFrozen } from "./staysFrozen.ts";
import { receiverOf, tellsOf, type Receiver } from "./tellsOf.ts";

const minutes = 60_000;
const place = "base.python.catalog";

/** An environment of one fleet behind an edge. */
function environment(port: number, more: object = {}) {
  const settings = {
    ...more,
    edge: { layer: "haproxy", port, maintenance: {}, ...("engines" in more && { address: "0.0.0.0" }) },
    fleets: { catalog: { boxes: 1, memory: "128 MiB", gate: { timeoutSeconds: 120, steadySeconds: 1 } } },
  };
  return stringify({ config: { "immutable-fleets:environment": settings } });
}

describe("a release, with the real engine", function () {
  this.timeout(30 * minutes);
  this.slow(10 * minutes);
  let sandbox: Sandbox;
  let repository: AptRepository;
  let receiver: Receiver;
  const file = (name: string) => path.join(sandbox.folder, name);
  const read = (name: string) => JSON.parse(readFileSync(file(name), "utf8")) as Release;

  async function succeeds(script: string, ...args: string[]): Promise<string> {
    const result = await sandbox.run("commands/main.ts", script, ...args);
    assert.equal(result.exitCode, 0, `${script} ${args.join(" ")}:\n${result.all}`);
    return result.all;
  }

  /** The image ids of the running boxes of a stack's fleet. */
  async function runningImages(stack: string): Promise<string[]> {
    const fleets = keptOutputs(sandbox, stack)["fleets"] as { catalog: { boxes: Record<string, string> } };
    const { catalog } = fleets;
    const ids = Object.values(catalog.boxes);
    const inspected = await execa("docker", ["inspect", "--format", "{{.Image}} {{.State.Running}}", ...ids]);
    return inspected.stdout.split("\n").map((line) => line.replace(/ true$/, ""));
  }

  before(async () => {
    sandbox = await createSandbox("release");
    rmSync(file("releases"), { recursive: true, force: true });
    sandbox.edit("Pulumi.yaml", ({ config }: ProjectFile) => {
      config.applications.value.catalog.public = true;
    });
    repository = await ledgerIn(sandbox);
    receiver = await receiverOf(sandbox, (more) => environment(sandbox.port, more));
    writeFileSync(file("Pulumi.test.yaml"), environment(await freePort(), { promoteFrom: "dev" }));
  });

  after(async () => {
    await sandbox.pulumi("destroy", "--yes", "--stack", "test");
    await sandbox.dispose();
    repository.close();
    receiver.close();
  });

  it("is recorded by the first up, signed, and not again by a second", async () => {
    const output = await exactUp(sandbox);
    assert.match(output, /Release dev\/1 is recorded: releases\/dev\/1\.json/);
    const release = read("releases/dev/1.json");
    assert.deepEqual(release.fleets, { catalog: { image: place } });
    assert.deepEqual(await runningImages("dev"), [release.images[place]?.image]);
    assert.doesNotMatch(await exactUp(sandbox), /is recorded/);
    const expected = ["refresh", "--preview-only", "--expect-no-changes", "--stack", "dev"];
    const refreshed = await sandbox.pulumi(...expected);
    assert.equal(refreshed.exitCode, 0, refreshed.all);
  });

  tellsOf(() => ({ sandbox, receiver }));
  keepsOut(() => sandbox);

  boundsLogs(() => sandbox);

  it("is promoted: the digest that runs in test is the one proved in dev", async () => {
    const output = await succeeds("promote", "--to", "test", "--yes");
    assert.match(
      output,
      /dev\/1 → test\n(.*\n)* {2}\+ base\.python\.catalog {2}[0-9a-f]{12} {2}swaps catalog\n/,
    );
    assert.deepEqual(await runningImages("test"), await runningImages("dev"));
    assert.match(readFileSync(file("Pulumi.test.yaml"), "utf8"), /^ +release: dev\/1$/m);
    assert.equal(read("releases/test/1.json").promotedFrom, "dev/1");
    assert.match(await succeeds("promote", "--to", "test", "--yes"), /test runs dev\/1 already/);
  });

  refusesHoles(
    () => ({ sandbox, repository }),
    (more) => environment(sandbox.port, more),
  );

  it("needs a yes where nobody can be asked", async () => {
    sandbox.replace("apps/catalog/catalog/__init__.py", /$/, "\n# Changed by the test.\n");
    addLongExchanges(sandbox);
    assert.match(await exactUp(sandbox), /Release dev\/2 is recorded/);
    const result = await sandbox.run("commands/main.ts", "promote", "--to", "test");
    assert.equal(result.exitCode, 1);
    assert.match(result.all, /~ base\.python\.catalog(.*\n)*--yes: expected it where nobody can be asked/);
    assert.deepEqual(await runningImages("test"), [read("releases/dev/1.json").images[place]?.image]);
  });

  it("is promoted anew after a change", async () => {
    await succeeds("promote", "--to", "test", "--yes");
    const [image] = await runningImages("test");
    assert.equal(image, read("releases/dev/2.json").images[place]?.image);
    assert.notEqual(image, read("releases/dev/1.json").images[place]?.image);
  });

  it("has notes: what changed since another release, file by file", async () => {
    const notes = await succeeds("notes", "dev/1", "dev/2");
    assert.match(notes, /opt\/catalog\/catalog\/__init__\.py/);
    assert.doesNotMatch(notes, /products\.json/);
    assert.match(await succeeds("notes", "dev/2", "dev/2"), /The same images\./);
  });

  staysFrozen(() => sandbox);

  it("is gone back from, without a build", async () => {
    const output = await succeeds("rollback", "--stack", "test");
    assert.match(output, /test goes back to test\/1/);
    assert.doesNotMatch(output, /packer|ImageLayer/i);
    assert.deepEqual(await runningImages("test"), [read("releases/dev/1.json").images[place]?.image]);
    assert.equal(existsSync(file("releases/test/3.json")), false);
  });

  it("is listed with where it runs", async () => {
    const lines = (await succeeds("releases")).split("\n");
    assert.match(lines.find((line) => line.startsWith("dev/2")) ?? "", /catalog .* dev {2,}/);
    assert.match(lines.find((line) => line.startsWith("test/1")) ?? "", /from dev\/1: first .* test {2,}/);
  });

  let image: string;
  let statement: string;
  const kept = () => path.join(proofFolder(image), "provenance.dsse.json");
  const released = () => file(`releases/proofs/${image.slice(7)}.json`);

  it("takes the statements of its images along", async () => {
    sandbox.replace("apps/catalog/catalog/__init__.py", /$/, `\n# ${randomBytes(8).toString("hex")}\n`);
    assert.match(await exactUp(sandbox), /Release dev\/3 is recorded/);
    image = read("releases/dev/3.json").images[place]?.image ?? "";
    statement = readFileSync(kept(), "utf8");
    assert.equal(readFileSync(released(), "utf8"), statement);
  });

  it("has images that are verified, and say what they stand on", async () => {
    const output = await succeeds("verify", "catalog");
    assert.match(
      output,
      new RegExp(`^catalog ${image}: verified\\n {2}signed by \\w{16}\\n {2}place ${place}, `),
    );
    assert.match(
      output,
      /from image \w{12}, \d+ files.*\n {2}by .*packer 1\.\d+\.\d+.*\n {2}with \d{2,} packages, \d{4,} files/,
    );
  });

  it("starts no box from an image that is unsigned, or whose statement was altered", async () => {
    const before = await runningImages("test");
    rmSync(kept());
    rmSync(released());
    const unsigned = await sandbox.run("commands/main.ts", "promote", "--to", "test", "--yes");
    assert.equal(unsigned.exitCode, 1, unsigned.all);
    assert.match(
      unsigned.all,
      new RegExp(`image ${place}: expected a signed statement of how ${image} was made`),
    );
    writeFileSync(
      released(),
      statement.replace(/"payload": "(.)/, (_, first) => `"payload": "${first === "e" ? "f" : "e"}`),
    );
    const altered = await sandbox.run("commands/main.ts", "promote", "--to", "test", "--yes");
    assert.equal(altered.exitCode, 1, altered.all);
    assert.match(
      altered.all,
      /expected the statement that was signed, got an altered one; .*; no box was started/,
    );
    assert.deepEqual(await runningImages("test"), before);
    const verdict = await sandbox.run("commands/main.ts", "verify", "catalog");
    assert.equal(verdict.exitCode, 2, verdict.all);
    writeFileSync(released(), statement);
  });

  it("starts no box from an image that has another content in the engine than was signed", async function () {
    const upper = ["--format", "{{.GraphDriver.Data.UpperDir}}", image];
    const { stdout } = await execa("docker", ["image", "inspect", ...upper]);
    const program = execa("find", [stdout, "-name", "__init__.py", "-path", "*catalog*"], {
      reject: false,
    });
    const [target = ""] = (await program).stdout.split("\n");
    if (!existsSync(target)) {
      console.log(
        "      skipped: the engine's files cannot be written here (needs root and the overlay2 driver)",
      );
      this.skip();
    }
    const content = readFileSync(target);
    writeFileSync(target, Buffer.concat([content, Buffer.from("evil = 1\n")]));
    try {
      const verdict = await sandbox.run("commands/main.ts", "verify", image);
      assert.equal(verdict.exitCode, 2, verdict.all);
      const promoted = await sandbox.run("commands/main.ts", "promote", "--to", "test", "--yes");
      assert.equal(promoted.exitCode, 1, promoted.all);
      assert.match(promoted.all, /no box was started/);
    } finally {
      writeFileSync(target, content);
    }
    await succeeds("promote", "--to", "test", "--yes");
    assert.deepEqual(await runningImages("test"), [image]);
  });
  it("is refused when its file was tampered with; what runs serves on", async () => {
    const before = await runningImages("test");
    const digests = ["dev/1", "dev/2"].map(
      (name) => read(`releases/${name}.json`).images[place]?.image ?? "",
    );
    const whole = readFileSync(file("releases/test/2.json"));
    sandbox.replace("releases/test/2.json", digests[1] ?? "", digests[0] ?? "");
    const result = await sandbox.run("commands/main.ts", "rollback", "--stack", "test", "--to", "2");
    assert.equal(result.exitCode, 1);
    assert.match(
      result.all,
      /releases\/test\/2\.json: expected the content that releases\/keys\/\w+\.pem signed/,
    );
    sandbox.edit("Pulumi.test.yaml", (document: StackFile) => {
      document.config["immutable-fleets:environment"].release = "test/2";
    });
    const up = await sandbox.run("commands/main.ts", "up", "--stack", "test");
    assert.equal(up.exitCode, 1, up.all);
    assert.match(
      up.all,
      /releases\/test\/(2\.json: expected the content|3\.json: expected sha256:\w+ before it)/,
    );
    assert.doesNotMatch(up.all, stackTrace);
    assert.deepEqual(await runningImages("test"), before);
    // Those after it name its digest.
    writeFileSync(file("releases/test/2.json"), whole);
  });

  it("is compared with the one before, which must be whole: nothing is changed otherwise", async () => {
    const before = await runningImages("test");
    sandbox.edit("Pulumi.test.yaml", (document: StackFile) => {
      document.config["immutable-fleets:environment"].release = "dev/1";
    });
    const newest = file(`releases/test/${Math.max(...releaseNumbers(sandbox.folder, "test"))}.json`);
    const content = readFileSync(newest, "utf8");
    writeFileSync(newest, content.slice(0, 100));
    const up = await sandbox.run("commands/main.ts", "up", "--stack", "test");
    assert.equal(up.exitCode, 1, up.all);
    assert.match(
      up.all,
      /releases\/test\/\d\.json: expected JSON, got a fault: .*; restore the file from git/,
    );
    assert.doesNotMatch(up.all, stackTrace);
    assert.deepEqual(await runningImages("test"), before);
    writeFileSync(newest, content);
  });

  runsTasks(() => sandbox);
  onAnotherEngine(() => sandbox, place, environment);
  existingImage(() => sandbox);
});

const stackTrace = /^ +at .*:\d+:\d+\)?$/m;

interface ProjectFile {
  config: { applications: { value: { catalog: { public: boolean } } } };
}

interface StackFile {
  config: Record<"immutable-fleets:environment", { release: string }>;
}
