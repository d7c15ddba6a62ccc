import { deepEqual, equal, match } from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { projectRoot } from "../../../config/root.ts";
import { labels } from "../../../engine/labels.ts";
import { keepPackage, priorityBeside, storedPath } from "../../../images/lock/packageStore.ts";
import { shareFiles, takeFromRegistry } from "../../../images/lock/registryStore.ts";
import { hasAllStored, stageLock } from "../../../images/lock/stage.ts";
import { planCollection } from "../../../operations/collect/plan.ts";
import { readRegistry } from "../../../operations/collect/registry.ts";
import { registryItems, type RegistryImage } from "../../../operations/collect/registryItems.ts";
import { removeItem } from "../../../operations/collect/remove.ts";
import type { PlacedRequest } from "../../../plan/buildRequest.ts";
import { sha256 } from "../../../plan/digest.ts";
import { registryFor, type Registry } from "../../registry/registry.ts";
import { useFolder } from "../../support/folder.ts";
import { withVariables } from "../../support/variables.ts";

const hex = (letter: string) => letter.repeat(64);

describe("package files in the team's registry", function () {
  this.timeout("2m");
  const folder = useFolder();
  let registry: Registry;
  let told: string[];
  const tell = (line: string) => told.push(line);
  const locked = Object.fromEntries(
    ["ledger", "other", "gone"].map((name) => [`${name}:all`, { version: "1:1.0-1", sha256: sha256(name) }]),
  );
  const of = (...names: string[]) =>
    Object.fromEntries(names.map((name) => [`${name}:all`, locked[`${name}:all`]!]));

  before(async function () {
    registry = await registryFor(this);
  });
  beforeEach(() => {
    told = [];
  });
  after(async () => {
    await (registry as Registry | undefined)?.stop();
  });

  const on = <T>(machine: string, work: () => Promise<T>) =>
    withVariables({ XDG_CACHE_HOME: path.join(folder(), machine), PACKAGE_STORE: "" }, work);
  const keep = (name: string, priority?: string) => {
    const file = path.join(folder(), name);
    writeFileSync(file, name);
    equal(keepPackage(file, sha256(name), priority), true);
  };
  const layer = (letter: string, names: string[], push = true): PlacedRequest => ({
    ...{ id: "base.top", inputDigest: hex(letter), parent: "sha256:1", epochSeconds: 0 },
    inputs: { layer: "top", roles: [], variables: {}, files: {}, tools: {}, locked: of(...names) },
    registry: { prefix: registry.prefix, push },
  });
  const share = (letter: string, names: string[], push = true) =>
    shareFiles(layer(letter, names, push), tell);
  const take = (names: string[], isBase = false) =>
    takeFromRegistry(registry.prefix, names.map(sha256), isBase, tell);
  const stored = (name: string) => priorityBeside(storedPath(sha256(name)));

  it("are taken by another machine by their digests, with what is noted of them; what nobody has is left out", async () => {
    await on("first", async () => {
      keep("ledger", "required");
      keep("other");
      await share("a", ["ledger", "other", "gone"], false);
      deepEqual(await readRegistry(registry.prefix), []);
      await share("a", ["ledger", "other", "gone"]);
    });
    await on("second", async () => {
      await take(["ledger", "other", "gone"]);
      deepEqual(told, [`2 of 3 package files are from ${registry.prefix}`]);
      deepEqual([stored("ledger"), stored("other")], ["required", undefined]);
      await take(["ledger", "other"]);
      equal(told.length, 1);
      rmSync(storedPath(sha256("ledger")));
      await stageLock(layer("c", ["ledger", "other"]), projectRoot, "frozen", tell);
      equal(hasAllStored(layer("c", [])), true);
      // For a base a file without a priority is as good as none.
      keep("other", "optional");
      await share("b", ["other"]);
    });
    await on("first", async () => {
      await take(["other"], true);
      equal(stored("other"), "optional");
    });
  });

  it("are as good as none where the registry does not answer, or has something else", async () => {
    await on("third", async () => {
      await takeFromRegistry("127.0.0.1:9/fleets", [sha256("ledger")], false, tell);
      match(
        told.join(),
        /^packages of 127\.0\.0\.1:9\/fleets cannot be had: GET \S+: expected an answer, got bad port; see that it can be reached; the build goes on without$/,
      );
      await take(["gone"]);
      equal(told.length, 1);
    });
  });

  it("are collected once neither a lock, nor an image that is kept, nor another layer needs them", async () => {
    let images: RegistryImage[] = [];
    const remove = async (minimumAgeSeconds: number, ...references: string[]) => {
      const all = [...images, ...(await readRegistry(registry.prefix))];
      const items = registryItems(registry.prefix, all);
      const now = new Date(Date.now() + 1000);
      const plan = planCollection(items, { references: new Set(references), minimumAgeSeconds, now });
      return plan.remove;
    };
    const names = async (...references: string[]) =>
      (await remove(0, ...references)).map(({ name }) => name).sort();
    const tag = (kind: string, digest: string) => `fleets/packages:${`${kind}-${digest}`.slice(0, 18)}`;
    deepEqual(await remove(3600), []);
    // Its own layer needs both.
    deepEqual(await names(hex("a")), [tag("layer", hex("b"))]);
    deepEqual(await names(hex("b")), [tag("file", sha256("ledger")), tag("layer", hex("a"))]);
    // A release names an image, by its id.
    const own = { labels: { [labels.layer]: "top" }, created: new Date(0).toISOString(), bytes: 1 };
    const image = {
      repository: "fleets/top",
      digest: `sha256:${hex("d")}`,
      image: `sha256:${hex("e")}`,
      ...own,
    };
    images = [{ ...image, tags: [hex("b")], attached: [] }];
    deepEqual(await names(hex("b")), await names(image.image));
    images = [];
    const left = await remove(0, sha256("ledger"));
    deepEqual(left.map(({ name }) => name).sort(), [
      tag("file", sha256("other")),
      tag("layer", hex("a")),
      tag("layer", hex("b")),
    ]);
    for (const item of left) await removeItem(item);
    await on("fourth", async () => {
      await take(["ledger", "other"]);
      deepEqual(told, [`1 of 2 package files are from ${registry.prefix}`]);
    });
  });
});
