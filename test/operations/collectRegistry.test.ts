import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { localEngine } from "../../engine/DockerClient.ts";
import { inspectImage } from "../../engine/images.ts";
import { labels } from "../../engine/labels.ts";
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
    return image;
  }

  it("removes what nothing refers to with its proof, child before parent, and nothing else", async () => {
    const base = await built("base", "a");
    const kept = await built("kept", "b", base);
    const parent = await built("parent", "d");
    const child = await built("child", "c", parent);
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
    assert.deepEqual([...repositories].sort(), ["child", "child", "parent", "parent"]);
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
    await localEngine.run(["pull", "--quiet", `${registry.prefix}/kept:${tagOf("b")}`]);
  });
});
