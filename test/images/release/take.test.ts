import * as assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { repositoryIn } from "../../../engine/registry/ask.ts";
import { attachedLabel, pushReferrer, referrersOf } from "../../../images/proof/referrer.ts";
import { takeImage } from "../../../images/release/take.ts";
import { registryFor, type Registry } from "../../registry/registry.ts";

const seconds = 1000;

describe("taking an image of a release from a registry", function () {
  this.timeout(120 * seconds);
  this.slow(30 * seconds);
  const registries: Registry[] = [];
  const names = new Set<string>();

  before(async function () {
    for (let count = 0; count < 2; count++) registries.push(await registryFor(this));
  });
  afterEach(async () => {
    await forget(...names);
    names.clear();
  });
  after(async () => {
    for (const registry of registries) await registry.stop();
  });

  /** An image of this content, pushed to dev's registry and removed from the engine. */
  async function released() {
    const folder = mkdtempSync(path.join(tmpdir(), "immutable-fleets-take-"));
    writeFileSync(path.join(folder, "file"), randomBytes(32));
    await execa("tar", ["-cf", "root.tar", "file"], { cwd: folder });
    const layer = `take-${randomBytes(4).toString("hex")}`;
    const inputDigest = randomBytes(32).toString("hex");
    const remote = `${registries[0]!.prefix}/${layer}:${inputDigest}`;
    const { stdout: image } = await execa("docker", ["import", path.join(folder, "root.tar"), remote]);
    rmSync(folder, { recursive: true });
    const { stdout } = await execa("docker", ["push", remote]);
    const digest = /digest: (sha256:[0-9a-f]{64})/.exec(stdout)?.[1] ?? "";
    await forget(image);
    names.add(image);
    return {
      id: `base.${layer}`,
      layer,
      image,
      inputDigest,
      manifest: `${registries[0]!.prefix}/${layer}@${digest}`,
    };
  }

  async function forget(...images: string[]): Promise<void> {
    if (images.length > 0) await execa("docker", ["image", "rm", "--force", ...images], { reject: false });
  }

  const own = () => ({ prefix: registries[1]!.prefix, push: true });

  it("gives the very digest, and copies it to the environment's own registry", async () => {
    const { layer, ...request } = await released();
    const [from = "", manifest = ""] = request.manifest.split("@");
    const subject = {
      mediaType: "application/vnd.docker.distribution.manifest.v2+json",
      digest: manifest,
      size: 1,
    };
    const annotations = { [attachedLabel]: request.image };
    const proof = await pushReferrer(repositoryIn(from), { subject, bundle: "{}", annotations });
    const taken = await takeImage({ ...request, registry: own() });
    assert.equal(taken.image, request.image);
    const [name, digest = ""] = (taken.manifest ?? "").split("@");
    assert.equal(name, `${registries[1]!.prefix}/${layer}`);
    // What the other registry has is the same image: its manifest names the same configuration, the image's digest.
    assert.equal((await registries[1]!.manifest(layer, digest)).config.digest, request.image);
    // As it is signed: the copy is the same manifest.
    const found = await referrersOf(repositoryIn(`${registries[1]!.prefix}/${layer}`), digest);
    assert.deepEqual(
      found.map((each) => each.digest),
      [proof],
    );
  });

  it("takes the own copy once the first registry has gone", async () => {
    const { layer: _, ...request } = await released();
    await takeImage({ ...request, registry: own() });
    await forget(request.image);
    const gone = request.manifest.replace(/^127\.0\.0\.1:\d+/, "127.0.0.1:1");
    const taken = await takeImage({ ...request, manifest: gone, registry: own() });
    assert.equal(taken.image, request.image);
  });

  it("refuses an image other than the release says", async () => {
    const { layer: _, ...request } = await released();
    const other = await released();
    await assert.rejects(
      takeImage({ ...request, manifest: other.manifest }),
      new RegExp(`expected ${request.image} as the release says, got ${other.image}; nothing runs from it`),
    );
  });

  it("says where it looked", async () => {
    const { layer: _, manifest: __, ...request } = await released();
    await assert.rejects(takeImage(request), /in this engine, got none; share a registry/);
    const nowhere = `127.0.0.1:1/fleets/x@sha256:${"0".repeat(64)}`;
    await assert.rejects(
      takeImage({ ...request, manifest: nowhere }),
      /in this engine or as 127\.0\.0\.1:1.*\n.*connection refused/s,
    );
  });
});
