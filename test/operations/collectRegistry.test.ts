import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { localEngine } from "../../engine/DockerClient.ts";
import { inspectImage } from "../../engine/images.ts";
import { repositoryIn } from "../../engine/registry/ask.ts";
import { labels } from "../../engine/labels.ts";
import { attachedLabel, pushReferrer, referrersOf } from "../../images/proof/referrer.ts";
import { proofReference } from "../../images/proof/transport.ts";
import { planCollection } from "../../operations/collect/plan.ts";
import { readRegistry } from "../../operations/collect/registry.ts";
import { registryItems } from "../../operations/collect/registryItems.ts";
import { removeItem } from "../../operations/collect/remove.ts";
import { archiveOf, entry } from "../images/archive/fixture.ts";
import { registryFor, type Registry } from "../registry/registry.ts";

const tagOf = (letter: string) => letter.repeat(64);

describe("the collection in a registry", function () {
  this.timeout("5m");
  let registry: Registry;
  let folder: string;
  const names: string[] = [];

  before(async function () {
    registry = await registryFor(this);
    folder = mkdtempSync(path.join(tmpdir(), "immutable-fleets-registry-"));
  });

  after(async () => {
    if (names.length > 0) await localEngine.run(["image", "rm", "--force", ...names]);
    await (registry as Registry | undefined)?.stop();
    if ((folder as string | undefined) !== undefined) rmSync(folder, { recursive: true });
  });

  /** Pushes an image of one small file. @returns its id. */
  async function push(name: string, own: Readonly<Record<string, string>> = {}): Promise<string> {
    const file = path.join(folder, "image.tar");
    writeFileSync(file, archiveOf([entry("content", { content: randomBytes(20) })]));
    const changes = Object.entries(own).flatMap(([key, value]) => ["--change", `LABEL ${key}=${value}`]);
    await localEngine.run(["import", ...changes, file, name]);
    await localEngine.run(["push", "--quiet", name]);
    names.push(name);
    return (await inspectImage(name))?.Id ?? "";
  }

  /** Pushes an image and its proof, as a build does. */
  async function built(layer: string, letter: string, parent = ""): Promise<string> {
    const own = { [labels.layer]: layer, [labels.parent]: parent };
    const image = await push(`${registry.prefix}/${layer}:${tagOf(letter)}`, own);
    await push(proofReference(registry.prefix, layer, image));
    await attach(layer, image);
    return image;
  }

  /** Attaches what says that it is the proof of an image; whoever collects asks no more of it. @param marked others mark nothing. */
  async function attach(layer: string, image: string, marked = true): Promise<void> {
    const { repository, digest } = await pushedAs(layer, image);
    const subject = { mediaType: "application/vnd.docker.distribution.manifest.v2+json", digest, size: 1 };
    const created = { "org.opencontainers.image.created": new Date().toISOString() };
    const annotations = { ...created, ...(marked && { [attachedLabel]: image }) };
    await pushReferrer(repository, { subject, bundle: `${digest} ${String(marked)}`, annotations });
  }

  async function pushedAs(layer: string, image: string) {
    const places = (await inspectImage(image))?.RepoDigests ?? [];
    const [name = "", digest = ""] = places.find((each) => each.includes(`/${layer}@`))?.split("@") ?? [];
    return { repository: repositoryIn(name), digest };
  }

  it("removes what nothing refers to with its proof, child before parent, and nothing else", async () => {
    const base = await built("base", "a");
    const kept = await built("kept", "b", base);
    const parent = await built("parent", "d");
    const child = await built("child", "c", parent);
    // Whose list also names what somebody else attached.
    const theirs = await built("theirs", "f");
    await attach("theirs", theirs, false);
    await push(`${registry.prefix}/base:latest`);
    await push(`${registry.prefix}/untold:${tagOf("e")}`, { [labels.layer]: "untold" });
    const plan = async (minimumAgeSeconds: number) => {
      const items = registryItems(registry.prefix, await readRegistry(registry.prefix));
      const now = new Date(Date.now() + 1000);
      return planCollection(items, { references: new Set([kept]), minimumAgeSeconds, now }).remove;
    };
    assert.deepEqual(await plan(3600), []);
    const remove = await plan(0);
    const repositories = remove.map(({ id }) => id.replace(/^fleets\/(.*)@.*$/, "$1"));
    const whole = (layer: string) => ["image", "proof", "list", "attached"].map(() => layer);
    assert.deepEqual([...repositories].sort(), [...whole("child"), ...whole("parent"), "theirs", "theirs"]);
    const attached = async (layer: string, image: string) => {
      const { repository, digest } = await pushedAs(layer, image);
      return (await referrersOf(repository, digest)).length;
    };
    const place = (image: string) =>
      remove.findIndex(({ aliases }) => aliases.includes(`manifest of ${image}`));
    assert.ok(place(child) >= 0 && place(child) < place(parent));
    for (const item of remove) await removeItem(item);
    const left = await readRegistry(registry.prefix);
    assert.deepEqual(left.map(({ repository }) => repository).sort(), [
      "fleets/base",
      "fleets/base",
      "fleets/base",
      "fleets/kept",
      "fleets/kept",
      "fleets/untold",
    ]);
    assert.deepEqual(
      [await attached("child", child), await attached("kept", kept), await attached("theirs", theirs)],
      [0, 1, 2],
    );
    await localEngine.run(["pull", "--quiet", `${registry.prefix}/kept:${tagOf("b")}`]);
  });
});
