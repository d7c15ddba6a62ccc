import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import { createSandbox, type Sandbox } from "../sandbox/sandbox.ts";

/** Only what carries this label is ever removed here: others work on the same engine. */
const mark = `immutable-fleets.test=${randomBytes(8).toString("hex")}`;
const docker = async (...args: string[]) => (await execa("docker", args)).stdout.trim();
const exists = async (id: string) =>
  (await execa("docker", ["inspect", id], { reject: false })).exitCode === 0;

describe("Collection on the real engine, of what this test made", function () {
  this.timeout("5m");
  let sandbox: Sandbox;
  const images: Record<string, string> = {};
  const containers: string[] = [];

  /** An image of one more layer, with our labels, under a name as ours are. */
  async function image(layer: string, parent?: string): Promise<void> {
    const from = await docker("create", "--label", mark, parent ? images[parent]! : images["empty"]!, "none");
    try {
      const changes = [`LABEL immutable-fleets.layer=${layer}`, `LABEL ${mark}`];
      writeFileSync(path.join(sandbox.folder, layer), randomBytes(2048));
      await docker("cp", path.join(sandbox.folder, layer), `${from}:/${layer}`);
      const name = `immutable-fleets/${layer}:${randomBytes(32).toString("hex")}`;
      images[layer] = await docker(
        "commit",
        ...changes.flatMap((change) => ["--change", change]),
        from,
        name,
      );
    } finally {
      await docker("rm", from);
    }
  }

  before(async () => {
    sandbox = await createSandbox("collect");
    const nothing = path.join(sandbox.folder, "nothing.tar");
    writeFileSync(nothing, Buffer.alloc(10_240));
    images["empty"] = await docker("import", "--change", `LABEL ${mark}`, nothing);
    await image("base");
    await image("middle", "base");
    for (const top of ["released", "old", "stopped"]) await image(top, "middle");
    await image("unrelated");
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

  it("removes nothing that is young, and nothing at all in a dry run", async () => {
    const young = await collect("--keep", "1");
    assert.equal(young.exitCode, 0, young.all);
    assert.match(young.stdout, /^removed 0, freed 0 B; \d+ kept$/m);
    const dry = await collect("--keep", "1", "--minimum-age", "0s", "--dry-run");
    assert.match(dry.stdout, /^would remove 4, /m, dry.all);
    for (const id of [...Object.values(images), ...containers]) assert.ok(await exists(id));
  });

  it("removes what no kept release refers to, children first, and what releases stand on stays", async () => {
    const run = await collect("--keep", "1", "--minimum-age", "0s");
    assert.equal(run.exitCode, 0, run.all);
    const kinds = run.stdout.split("\n").flatMap((line) => /^(container|image) /.exec(line)?.[1] ?? []);
    assert.deepEqual([kinds[0], kinds.length], ["container", 4]);
    for (const name of ["released", "middle", "base", "empty"]) assert.ok(await exists(images[name]!), name);
    for (const name of ["old", "stopped", "unrelated"]) assert.ok(!(await exists(images[name]!)), name);
    assert.ok(!(await exists(containers[0]!)));
  });

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
