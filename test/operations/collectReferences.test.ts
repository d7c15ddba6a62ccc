import { deepEqual, ok } from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { gzipSync } from "node:zlib";
import { referencesIn } from "../../operations/collect/plan.ts";
import { textsOf } from "../../operations/collect/references.ts";
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

  it("is known once that clone has used the cache, for as long as it is there", () => {
    deepEqual(knownClones(), []);
    noteClone(clone);
    noteClone(clone);
    noteClone(path.join(folder, "gone"));
    deepEqual(knownClones(), [clone]);
    ok(knownClones().every((root) => root.startsWith(folder)));
  });
});
