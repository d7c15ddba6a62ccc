import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import type { LayerRecipe } from "../../config/schema.ts";
import { containersLabelled } from "../../engine/containers.ts";
import { inspectImage } from "../../engine/images.ts";
import { labels } from "../../engine/labels.ts";
import { repositoryIn } from "../../engine/registry/ask.ts";
import { buildName } from "../../images/buildName/buildName.ts";
import { sweepDeadBuilds } from "../../images/layer/sweep.ts";
import { ansibleStrategies } from "../../images/layer/strategies.ts";
import { layerPath } from "../../images/archive/store.ts";
import { attachedLabel, referrersOf } from "../../images/proof/referrer.ts";
import { proofFolder } from "../../images/proof/store.ts";
import { verifyImage } from "../../images/proof/verify.ts";
import { projectRoot } from "../../config/root.ts";
import { archiveOf, entry } from "../images/archive/fixture.ts";
import { builtLayer, type LayerPlace } from "./builtLayer.ts";
import { canonicalImage, changes, equalLayers, filesOf, without } from "./canonicalImage.ts";
import { registryFor, type Registry } from "../registry/registry.ts";

const plain = { roles: [], variables: {}, files: [], machineOnly: false } satisfies Omit<
  LayerRecipe,
  "from" | "on"
>;

describe("Layers on the real engine", function () {
  this.timeout("15m");
  const made = new Set<string>();
  const committed: string[] = [];
  let base: string;

  before(async () => {
    const from = { mirror: { suite: "bookworm" as const, packages: [], sources: [] } };
    base = (await buildLayer({ ...plain, from })).result.image;
  });

  after(async () => {
    if (committed.length > 0) await execa("docker", ["image", "rm", ...committed]);
    const listed = await execa("docker", ["image", "ls", "--format", "{{.Repository}}:{{.Tag}}"]);
    const names = listed.stdout
      .split("\n")
      .filter((name) => [...made].some((layer) => name.includes(`/${layer}:`)));
    if (names.length > 0) await execa("docker", ["image", "rm", ...names]);
  });

  it("are built once when two want the same at the same time", async () => {
    const recipe = { ...plain, roles: ["base"], variables: { only_here: randomBytes(8).toString("hex") } };
    const layer = newLayer();
    const [first, second] = await Promise.all([
      buildLayer(recipe, { layer, parent: base }),
      buildLayer(recipe, { layer, parent: base }),
    ]);
    assert.deepEqual(first.result, second.result);
    const told = [first.progress, second.progress];
    assert.equal(told.filter((text) => text.includes("packer applies")).length, 1, told.join("\n"));
    assert.match(told.join("\n"), /leaves out of the layer: ([a-z/' ]+ \d+ \(\d+\.\d MB\)(, )?)+/i);
    assert.equal(told.filter((text) => text.includes("waits for another build")).length, 1, told.join("\n"));
  });

  it("come out the same from equal content, whatever their variables are called and by whatever strategy", async () => {
    const images = [];
    for (const strategy of [undefined, "linear"]) {
      const recipe = { ...plain, roles: ["base"], variables: { unused: strategy ?? "" } };
      const place = { layer: newLayer(), parent: base, ...(strategy && { strategy }) };
      images.push((await buildLayer(recipe, place)).result.image);
      await commit(images[0] ?? "");
    }
    assert.equal(images[0], images[1]);
    assert.doesNotMatch(await run(images[0] ?? "", "ls", "/"), /packer/);
  });

  it("hold what a container does, apart from what is declared", async () => {
    const container = (
      await execa("docker", ["create", "--network", "none", base, "python3", "-B", "-c", changes])
    ).stdout;
    const images: string[] = [];
    try {
      await execa("docker", ["start", "--attach", container]);
      const committed = (await execa("docker", ["commit", container])).stdout;
      images.push(committed);
      await equalLayers(container, committed, base);
      const image = await canonicalImage(committed, `immutable-fleets/${newLayer()}:${"0".repeat(64)}`);
      images.push(image);
      const [theirs, ours] = [await filesOf(committed), await filesOf(image)];
      const gone = [...theirs.keys()].filter((file) => !ours.has(file));
      assert.deepEqual(ours, without(theirs, gone));
      assert.deepEqual(gone, [
        ...["opt/__pycache__", "opt/__pycache__/a.pyc"],
        ...["root/.cache", "root/.cache/uv", "root/.cache/uv/a", "var/log/a"],
      ]);
      const capability = Buffer.from("0100000200040000000000000000000000000000", "hex");
      assert.deepEqual(ours.get("opt/able")?.xattrs, [["security.capability", capability.toString("hex")]]);
    } finally {
      await execa("docker", ["rm", "--force", container]);
      await execa("docker", ["image", "rm", "--force", ...images]);
    }
  });

  it("are built by Ansible's own strategy when by Mitogen's their box does nothing for too long", async function () {
    if (ansibleStrategies()[0] === undefined) {
      console.log("      skipped: Mitogen: expected in ANSIBLE_STRATEGY_PLUGINS, got none");
      this.skip();
    }
    const hang = "if grep -aqs '[m]itogen' /proc/[0-9]*/cmdline; then sleep infinity; fi";
    const role = newRole(
      `- name: hang\n  shell: ${JSON.stringify(hang)}\n- copy: { content: made, dest: /opt/made }\n`,
    );
    try {
      const recipe = { ...plain, roles: [path.basename(role)] };
      const { result, progress } = await buildLayer(recipe, { parent: base, idleSeconds: 6 });
      assert.match(progress, /packer goes on, at "test_\w+ : hang"/);
      assert.match(progress, /does nothing for 6 s at "test_\w+ : hang": takes its box away/);
      assert.match(progress, /mitogen_linear failed: again, by Ansible's own strategy/);
      assert.equal(await run(result.image, "cat", "/opt/made"), "made");
    } finally {
      rmSync(role, { recursive: true });
    }
  });

  it("leave dead builds behind to nobody, and alone what another user of the engine may be building", async () => {
    const digest = randomBytes(8).toString("hex");
    const own = buildName(digest);
    const others = own.replace(/^[0-9a-f]+/, (locks) => locks.split("").reverse().join(""));
    const containers = [];
    for (const name of [own, others]) {
      const args = ["create", "--label", `${labels.build}=${name}`, base, "none"];
      containers.push((await execa("docker", args)).stdout);
    }
    try {
      await sweepDeadBuilds(randomBytes(8).toString("hex"));
      const left = await containersLabelled(labels.build);
      assert.deepEqual(
        containers.map((container) => left.includes(container)),
        [false, true],
      );
    } finally {
      await execa("docker", ["rm", "--force", ...containers], { reject: false });
    }
  });

  it("may stand on a root file system's archive", async () => {
    const { stdout } = await execa("docker", [
      "image",
      "inspect",
      "--format",
      "{{index .RootFS.Layers 0}}",
      base,
    ]);
    const plainFile = path.join(projectRoot, ".cache/test-root.tar");
    mkdirSync(path.dirname(plainFile), { recursive: true });
    copyFileSync(layerPath(stdout), plainFile);
    try {
      await execa("gzip", ["--fast", "--keep", plainFile]);
      const images = [];
      for (const archive of [".cache/test-root.tar", ".cache/test-root.tar.gz"])
        images.push((await buildLayer({ ...plain, from: { archive } })).result.image);
      assert.equal(images[0], images[1]);
      assert.equal(
        await run(images[0] ?? "", "cat", "/etc/os-release"),
        await run(base, "cat", "/etc/os-release"),
      );
    } finally {
      for (const file of [plainFile, `${plainFile}.gz`]) rmSync(file, { force: true });
    }
  });

  it("are not made from what holds a secret, and say where", async () => {
    const archive = "apps/test-secret.tar";
    const { privateKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    const content = archiveOf([entry("root/.ssh/id_rsa", { content: Buffer.from(privateKey) })]);
    writeFileSync(path.join(projectRoot, archive), content);
    try {
      await assert.rejects(
        buildLayer({ ...plain, from: { archive } }),
        /expected no secret in an image, got one by the rule privatekey in \/root\/\.ssh\/id_rsa, line 1/,
      );
    } finally {
      rmSync(path.join(projectRoot, archive));
    }
  });

  describe("with a registry", () => {
    let registry: Registry;

    before(async function () {
      registry = await registryFor(this);
    });

    after(async () => {
      await (registry as Registry | undefined)?.stop();
    });

    it("are pushed there, and found there by whoever has not built them", async () => {
      const layer = newLayer();
      // Content that no other image has: what others stand on cannot be removed.
      const content = randomBytes(8).toString("hex");
      const role = newRole(`- copy: { content: "${content}", dest: /opt/shared, mode: "0644" }\n`);
      try {
        const recipe = { ...plain, roles: [path.basename(role)] };
        const shared = { layer, parent: base, registry: { prefix: registry.prefix, push: true } };
        const first = await buildLayer(recipe, shared);
        const [pushed = ""] = (await inspectImage(first.result.image))?.RepoDigests ?? [];
        const [repository = "", digest = ""] = pushed.split("@");
        const attached = await referrersOf(repositoryIn(repository), digest);
        assert.deepEqual(
          attached.map(({ annotations }) => annotations?.[attachedLabel]),
          [first.result.image],
        );
        // By all of its names.
        await execa("docker", ["image", "rm", "--force", first.result.image]);
        rmSync(proofFolder(first.result.image), { recursive: true });
        const second = await buildLayer(recipe, shared);
        assert.deepEqual(second.result, first.result);
        assert.doesNotMatch(second.progress, /packer/);
        const name = { name: layer, digest: first.result.image };
        assert.deepEqual((await verifyImage(projectRoot, name)).problems, []);
      } finally {
        rmSync(role, { recursive: true });
      }
    });

    it("may stand on an image pinned by its digest", async () => {
      const name = `${registry.prefix}/pinned:1`;
      await execa("docker", ["tag", base, name]);
      const { stdout } = await execa("docker", ["push", name]);
      await execa("docker", ["image", "rm", name]);
      const digest = /digest: (sha256:[0-9a-f]{64})/.exec(stdout)?.[1] ?? "";
      const { result } = await buildLayer({
        ...plain,
        from: { image: `${registry.prefix}/pinned@${digest}` },
      });
      const release = ["cat", "/etc/os-release"] as const;
      assert.equal(await run(result.image, ...release), await run(base, ...release));
    });
  });

  /** Somebody's own image, newer than the one that it stands on: it has inherited all labels. */
  async function commit(image: string): Promise<void> {
    const { stdout: box } = await execa("docker", ["create", image, "true"]);
    committed.push((await execa("docker", ["commit", "--change", "CMD mine", box])).stdout);
    await execa("docker", ["rm", box]);
  }

  /** A role of the project that is there until its folder is removed. @returns its folder. */
  function newRole(tasks: string): string {
    const role = path.join(projectRoot, "playbooks/roles", newLayer().replaceAll("-", "_"));
    mkdirSync(path.join(role, "tasks"), { recursive: true });
    writeFileSync(path.join(role, "tasks/main.yml"), tasks);
    return role;
  }

  function newLayer(): string {
    const name = `test-${randomBytes(4).toString("hex")}`;
    made.add(name);
    return name;
  }

  function buildLayer(recipe: LayerRecipe, at: Partial<LayerPlace> = {}) {
    return builtLayer(recipe, { layer: newLayer(), ...at });
  }

  async function run(image: string, ...command: [string, ...string[]]): Promise<string> {
    const [program, ...args] = command;
    return (await execa("docker", ["run", "--rm", "--entrypoint", program, image, ...args])).stdout;
  }
});
