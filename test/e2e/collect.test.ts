import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { chmod } from "node:fs/promises";
import * as path from "node:path";
import { execa } from "execa";
import { owner } from "../../config/owner.ts";
import { claimantOf, claimReference } from "../../engine/claim.ts";
import type { Item } from "../../operations/collect/item.ts";
import { removeAll } from "../../operations/collect/remove.ts";
import { startEmptyEngine } from "../sandbox/emptyEngine.ts";
import { createSandbox, type Sandbox } from "../sandbox/sandbox.ts";

/** Only what carries this label is ever removed here: others work on the same engine. */
const mark = `immutable-fleets.test=${randomBytes(8).toString("hex")}`;
const docker = async (...args: string[]) => (await execa("docker", args)).stdout.trim();
const imageFacts = async (id: string) =>
  (JSON.parse(await docker("image", "inspect", id)) as { RepoTags: string[] }[])[0]!;
const exists = async (id: string) =>
  (await execa("docker", ["inspect", id], { reject: false })).exitCode === 0;

describe("Collection on the real engine, of what this test made", function () {
  this.timeout("5m");
  let sandbox: Sandbox;
  const images: Record<string, string> = {};
  const containers: string[] = [];
  const another = "ba9876543210";
  let own: string;

  /** An image of one more layer, with our labels, under a name as ours are. */
  async function image(layer: string, parent?: string, claimants = [own]): Promise<void> {
    const from = await docker("create", "--label", mark, parent ? images[parent]! : images["empty"]!, "none");
    try {
      const changes = [`LABEL immutable-fleets.layer=${layer}`, `LABEL ${mark}`];
      writeFileSync(path.join(sandbox.folder, layer), randomBytes(2048));
      await docker("cp", path.join(sandbox.folder, layer), `${from}:/${layer}`);
      const digest = randomBytes(32).toString("hex");
      const name = `immutable-fleets/${layer}:${digest}`;
      images[layer] = await docker(
        "commit",
        ...changes.flatMap((change) => ["--change", change]),
        from,
        name,
      );
      for (const each of claimants) await docker("tag", name, claimReference(each, layer, digest));
    } finally {
      await docker("rm", from);
    }
  }

  before(async () => {
    sandbox = await createSandbox("collect");
    own = owner(sandbox.folder, sandbox.environment);
    const nothing = path.join(sandbox.folder, "nothing.tar");
    writeFileSync(nothing, Buffer.alloc(10_240));
    images["empty"] = await docker("import", "--change", `LABEL ${mark}`, nothing);
    await image("base");
    await image("middle", "base");
    for (const top of ["released", "old", "stopped"]) await image(top, "middle");
    await image("unrelated");
    await image("theirs", undefined, [another]);
    await image("both", undefined, [own, another]);
    const box = ["create", "--label", mark, "--label", "immutable-fleets.box=x"];
    containers.push(await docker(...box, images["stopped"]!, "none"));
    mkdirSync(path.join(sandbox.folder, "releases/dev"), { recursive: true });
    const release = (number: number, name: string) => {
      const file = path.join(sandbox.folder, `releases/dev/${number}.json`);
      writeFileSync(file, JSON.stringify({ images: { [name]: images[name] } }));
    };
    release(1, "old");
    release(2, "released");
  });

  after(async () => {
    for (const id of containers) await execa("docker", ["rm", "--force", id], { reject: false });
    for (const id of Object.values(images).reverse())
      await execa("docker", ["image", "rm", "--force", id], { reject: false });
    rmSync(sandbox.folder, { recursive: true, force: true });
  });

  const collect = (...args: string[]) => sandbox.run("commands/main.ts", "collect", "--only", mark, ...args);

  it("removes nothing unless it may ask, or is told not to", async () => {
    const run = await collect("--keep", "1", "--minimum-age", "0s");
    assert.equal(run.exitCode, 64, run.all);
    assert.equal(
      run.all,
      "--yes: expected it where nobody can be asked, got no terminal; add --yes, or --dry-run",
    );
    const line = ["node", "commands/main.ts", "collect", "--only", mark, "--minimum-age", "0s"].join(" ");
    const options = { cwd: sandbox.folder, env: sandbox.environment, input: "n\n", reject: false };
    const asked = await execa("script", ["--quiet", "--return", "--command", line, "/dev/null"], options);
    assert.match(asked.stdout, /Remove \d things?, .*B\? \[y\/N\] [^]*Nothing was removed\./);
    for (const id of [...Object.values(images), ...containers]) assert.ok(await exists(id));
  });

  it("removes nothing that is young, and nothing at all in a dry run", async () => {
    const young = await collect("--keep", "1", "--yes");
    assert.equal(young.exitCode, 0, young.all);
    assert.match(young.stdout, /^removed 0, freed 0 B; \d+ kept$/m);
    const dry = await collect("--keep", "1", "--minimum-age", "0s", "--dry-run");
    assert.match(dry.stdout, /^would remove 5, /m, dry.all);
    for (const id of [...Object.values(images), ...containers]) assert.ok(await exists(id));
  });

  it("removes what no kept release refers to, children first, and what releases stand on stays", async () => {
    const run = await collect("--keep", "1", "--minimum-age", "0s", "--yes");
    assert.equal(run.exitCode, 0, run.all);
    const kinds = run.stdout.split("\n").flatMap((line) => /^(container|image|name) /.exec(line)?.[1] ?? []);
    assert.deepEqual([kinds[0], kinds.length], ["container", 5]);
    for (const name of ["released", "middle", "base", "empty", "theirs", "both"])
      assert.ok(await exists(images[name]!), name);
    for (const name of ["old", "stopped", "unrelated"]) assert.ok(!(await exists(images[name]!)), name);
    assert.ok(!(await exists(containers[0]!)));
    const { RepoTags } = await imageFacts(images["both"]!);
    assert.deepEqual([...new Set(RepoTags.flatMap((tag) => claimantOf(tag) ?? []))], [another]);
  });

  it("removes no image that somebody else has claimed since it was looked at, and says so", async () => {
    await image("found");
    const digest = (await imageFacts(images["found"]!)).RepoTags[0]!.split(":")[1]!;
    await docker("tag", images["found"]!, claimReference(another, "found", digest));
    const told: string[] = [];
    const item = { kind: "image", id: images["found"]!, name: "found" } as Item;
    const gone = await removeAll([{ engine: undefined, items: [item] }], (line) => told.push(line));
    assert.deepEqual([gone, told], [[], ["image found: stays: somebody else has come to use it"]]);
    assert.equal((await imageFacts(images["found"]!)).RepoTags.length, 3);
  });

  it("removes no image, and no name of one, that an update of this clone has found since it was looked at", async () => {
    const looked = async (kind: "image" | "name", id: string) => {
      const { Metadata } = (await imageFacts(id)) as unknown as { Metadata: { LastTagTime: string } };
      return { kind, id, name: "ours", lastUsed: new Date(Metadata.LastTagTime) } as Item;
    };
    await image("ours", undefined, [owner()]);
    const [name = ""] = (await imageFacts(images["ours"]!)).RepoTags.filter((tag) => claimantOf(tag));
    const items = [await looked("image", images["ours"]!), await looked("name", name)];
    await docker("tag", images["ours"]!, name);
    const told: string[] = [];
    const remove = () => removeAll([{ engine: undefined, items }], (line) => told.push(line));
    assert.deepEqual(await remove(), []);
    assert.deepEqual(
      told,
      ["image", "name"].map((kind) => `${kind} ours: stays: an update has come to use it`),
    );
    items[1] = await looked("name", name);
    assert.deepEqual(await remove(), [items[1]]);
  });

  it("removes from the engines of other machines that stacks run on, and tells of those that give no answer", async () => {
    await image("far");
    await image("near");
    const release = { images: { near: images["near"] } };
    writeFileSync(path.join(sandbox.folder, "releases/dev/3.json"), JSON.stringify(release));
    await statesAnEngine("north");
    const empty = await startEmptyEngine(sandbox.folder);
    const env = { ...sandbox.environment, DOCKER_HOST: empty.host, PATH: await sshStandIn() };
    const line = ["commands/main.ts", "collect", "--only", mark, "--minimum-age", "0s"];
    const run = (...more: string[]) =>
      execa("node", [...line, ...more], { cwd: sandbox.folder, env, all: true, reject: false });
    const silent = await execa("node", [...line, "--dry-run"], {
      ...{ cwd: sandbox.folder, all: true, reject: false },
      env: { ...env, PATH: await sshStandIn("echo no route to host >&2; exit 255") },
    });
    assert.deepEqual(
      [silent.exitCode, silent.stdout],
      [1, "would remove 0, freeing 0 B; 0 kept"],
      silent.all,
    );
    assert.match(silent.stderr, /^engine north: expected an answer from ssh:.*, got: no route to host; /);
    const removed = await run("--yes");
    empty.stop();
    assert.equal(removed.exitCode, 0, removed.all);
    assert.match(removed.stdout, /^image +north: immutable-fleets\/far:/m);
    assert.deepEqual([await exists(images["far"]!), await exists(images["near"]!)], [false, true]);
  });

  /** Has the state of a stack say that it runs on another machine's engine. */
  async function statesAnEngine(name: string): Promise<void> {
    await sandbox.pulumi("stack", "init", "dev");
    const { stdout } = await sandbox.pulumi("stack", "export", "--stack", "dev");
    const state = JSON.parse(stdout) as { deployment: { resources?: object[] } };
    const type = "pulumi:providers:docker";
    const inputs = { host: `ssh://deploy@${name}.invalid:22`, sshOpts: "[]" };
    const urn = `urn:pulumi:dev::immutable-fleets::${type}::${name}`;
    state.deployment.resources = [{ urn, custom: true, id: name, type, inputs }];
    const file = path.join(sandbox.folder, "state.json");
    writeFileSync(file, JSON.stringify(state));
    const imported = await sandbox.pulumi("stack", "import", "--stack", "dev", "--file", file);
    assert.equal(imported.exitCode, 0, imported.all);
  }

  /** A PATH on which `ssh` runs a line instead; by default it reaches the engine of this machine. */
  async function sshStandIn(line = "exec env --unset=DOCKER_HOST docker system dial-stdio"): Promise<string> {
    const folder = path.join(sandbox.folder, `ssh-${randomBytes(4).toString("hex")}`);
    mkdirSync(folder);
    writeFileSync(path.join(folder, "ssh"), `#!/bin/sh\n${line}\n`);
    await chmod(path.join(folder, "ssh"), 0o755);
    return `${folder}:${process.env["PATH"] ?? ""}`;
  }

  it("refuses a wrong command line with exit code 64", async () => {
    for (const wrong of [
      ["--keep", "0"],
      ["--minimum-age", "soon"],
      ["--onyl", "x"],
    ]) {
      const run = await sandbox.run("commands/main.ts", "collect", ...wrong);
      assert.equal(run.exitCode, 64);
      assert.doesNotMatch(run.all, /\n {4}at /);
    }
  });
});
