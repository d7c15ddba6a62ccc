import { deepEqual, ok } from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { gzipSync } from "node:zlib";
import { noteUse, storedPath } from "../../images/lock/packageStore.ts";
import { cacheItems } from "../../operations/collect/cacheItems.ts";
import { planCollection, referencesIn } from "../../operations/collect/plan.ts";
import { textsOf } from "../../operations/collect/references.ts";
import { lockFile, lockText } from "../../plan/lockFile.ts";
import { cacheFolder, noteRead } from "../../work/cache.ts";
import { knownClones, noteClone } from "../../work/clones.ts";

const id = (letter: string) => letter.repeat(64);

describe("what another clone of this user refers to", () => {
  let folder: string;
  let clone: string;
  const original = process.env["XDG_CACHE_HOME"];

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "fleet-clones-"));
    clone = path.join(folder, "clone");
    process.env["XDG_CACHE_HOME"] = path.join(folder, "cache");
    const stacks = path.join(clone, ".pulumi-state/.pulumi/stacks/immutable-fleets");
    for (const each of [stacks, path.join(clone, "releases/dev")]) mkdirSync(each, { recursive: true });
    writeFileSync(path.join(clone, "Pulumi.yaml"), "name: immutable-fleets\n");
    const selection = "config: { immutable-fleets:environment: { release: dev/1 } }\n";
    writeFileSync(path.join(clone, "Pulumi.prod.yaml"), selection);
    for (const [number, letter] of ["a", "b", "c", "d"].entries()) {
      const file = path.join(clone, `releases/dev/${number + 1}.json`);
      writeFileSync(file, JSON.stringify({ images: { web: `sha256:${id(letter)}` } }));
    }
    writeFileSync(path.join(stacks, "dev.json"), JSON.stringify({ image: id("e") }));
    writeFileSync(path.join(stacks, "dev.json.bak"), JSON.stringify({ image: id("0") }));
    writeFileSync(path.join(stacks, "prod.json.gz"), gzipSync(JSON.stringify({ image: id("f") })));
  });

  after(() => {
    if (original === undefined) delete process.env["XDG_CACHE_HOME"];
    else process.env["XDG_CACHE_HOME"] = original;
    rmSync(folder, { recursive: true });
  });

  it("is its newest releases, those that a stack is to take, and the states that it keeps itself", () => {
    const names = textsOf(clone, 2).flatMap(referencesIn);
    const found = names.filter((name) => !name.startsWith("sha256:")).sort();
    deepEqual(found, ["a", "c", "d", "e", "f"].map(id));
  });

  it("is also the files of packages that its lock names, or that a layer was made of which it refers to, and no others", () => {
    const locked = (letter: string) => ({ "ledger:all": { version: "1", sha256: id(letter) } });
    const base = { amd64: { indexes: {}, packages: locked("1") } };
    writeFileSync(path.join(clone, lockFile), lockText({ updates: {}, packages: { base } }));
    const inputs = (letter: string) => ({
      ...{ layer: "base", roles: [], variables: {}, files: {}, tools: {} },
      locked: locked(letter),
    });
    noteUse({ inputDigest: id("c"), inputs: inputs("2") });
    noteUse({ inputDigest: id("b"), inputs: inputs("3") });
    for (const each of ["1", "2", "3", "4"]) {
      mkdirSync(path.dirname(storedPath(id(each))), { recursive: true });
      writeFileSync(storedPath(id(each)), each);
    }
    const references = new Set(textsOf(clone, 2).flatMap(referencesIn));
    const now = new Date(Date.now() + 3600_000);
    const { remove } = planCollection(cacheItems(), { references, minimumAgeSeconds: 60, now });
    const files = remove.filter(({ kind }) => kind === "package").map(({ name }) => name);
    deepEqual(files.sort(), [
      `package-files/${id("3")}.deb`,
      `package-files/${id("4")}.deb`,
      `package-uses/${id("b")}`,
    ]);
    const young = planCollection(cacheItems(), { references, minimumAgeSeconds: 7200, now });
    deepEqual(young.remove, []);
  });

  it("is no package that the project makes again, nor what Galaxy gave, once nobody has used them for long", () => {
    const places = ["packages/built/shop-1", "galaxy/0123"].map((each) => cacheFolder(...each.split("/")));
    for (const place of places) writeFileSync(path.join(place, "file"), "x".repeat(5000));
    const planned = (afterSeconds: number) => {
      const now = new Date(Date.now() + afterSeconds * 1000);
      const wanted = { references: new Set<string>(), minimumAgeSeconds: 7200, now };
      return planCollection(cacheItems(), wanted).remove.filter(({ id: file }) => places.includes(file));
    };
    deepEqual(planned(3600), []);
    deepEqual(
      planned(8000).map(({ name, bytes }) => [name, bytes >= 8192]),
      [
        ["packages/built/shop-1", true],
        ["galaxy/0123", true],
      ],
    );
    utimesSync(places[0] ?? "", 0, 0);
    utimesSync(places[1] ?? "", 0, 0);
    noteRead(places[1] ?? "");
    deepEqual(
      planned(0).map(({ name }) => name),
      ["packages/built/shop-1"],
    );
  });

  it("is known once that clone has used the cache, for as long as it is there", () => {
    deepEqual(knownClones(), []);
    noteClone(clone);
    noteClone(clone);
    noteClone(path.join(folder, "gone"));
    deepEqual(knownClones(), [clone]);
    ok(knownClones().every((root) => root.startsWith(folder)));
  });
});
