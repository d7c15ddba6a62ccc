import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { hasLayer, layerPath, storeLayer } from "../../../images/archive/store.ts";
import { diskPath, keepDisk, knownDisk } from "../../../images/machine/keptDisks.ts";
import { keepPackages, keptPackages } from "../../../images/packages/keptPackages.ts";
import { readEnvelope, readInventory } from "../../../images/proof/store.ts";
import { hasProof } from "../../../images/proof/whole.ts";
import { knownClones, noteClone } from "../../../work/clones.ts";
import { archiveOf, entry } from "../../images/archive/fixture.ts";
import { attested } from "../../images/proof/fixture.ts";

/** Something that the cache keeps: whoever needs it uses what is there, or makes it again. */
export interface Store {
  /** Gets it as its users do, in a folder of the test's own; the same text every time, of what they would work with. */
  use(folder: string): Promise<string>;
}

const size = 100_000;

/** What the cache keeps, by name. `$XDG_CACHE_HOME` says where. */
export const stores: Readonly<Record<string, Store>> = {
  "a layer's archive": {
    use: async (folder) => {
      const source = path.join(folder, "source.tar");
      writeFileSync(source, archiveOf([entry("etc/motd", { content: Buffer.alloc(size, "hello ") })]));
      const store = () => storeLayer(source, { epochSeconds: 0, base: false, tell: () => undefined });
      const digest = noted(folder, "layer", store);
      if (!(await hasLayer(digest))) store();
      return sha256Of(layerPath(digest));
    },
  },
  "a disk": {
    use: async (folder) => {
      let digest = await knownDisk("key");
      if (digest === undefined) {
        const made = path.join(folder, `made-${process.hrtime.bigint()}.raw`);
        writeFileSync(made, Buffer.alloc(size, "disk"));
        digest = await keepDisk("key", made);
        await signed(folder, digest);
      }
      return sha256Of(diskPath(digest));
    },
  },
  "a proof": {
    use: async (folder) => {
      const digest = `sha256:${"d".repeat(64)}`;
      if (!hasProof(digest)) await signed(folder, digest);
      const { signatures } = readEnvelope(folder, digest) as { signatures: unknown[] };
      const { inventory, contents } = readInventory(digest) ?? {};
      // It tells when it was made; all else is the same again.
      return JSON.stringify([signatures.length, JSON.parse(inventory ?? "") as unknown, contents]);
    },
  },
  "a built package": {
    use: (folder) => {
      const kept = path.join(folder, "../cache/package");
      let files = keptPackages(kept);
      if (files.length === 0) {
        const made = mkdtempSync(path.join(folder, "made-"));
        for (const name of ["a.deb", "a.rpm"]) writeFileSync(path.join(made, name), Buffer.alloc(size, name));
        files = keepPackages(made, kept);
      }
      return Promise.resolve(files.map(sha256Of).join("\n"));
    },
  },
  "the note of a clone": {
    use: (folder) => {
      writeFileSync(path.join(folder, "Pulumi.yaml"), "");
      noteClone(folder);
      return Promise.resolve(knownClones().join("\n"));
    },
  },
};

/** Signs what an image is made of, by a key of the test's own. */
async function signed(folder: string, digest: string): Promise<void> {
  const before = process.env["XDG_DATA_HOME"];
  process.env["XDG_DATA_HOME"] = path.join(folder, "data");
  try {
    await attested(folder, digest);
  } finally {
    if (before === undefined) delete process.env["XDG_DATA_HOME"];
    else process.env["XDG_DATA_HOME"] = before;
  }
}

/** What `make` gave the first time; it is no part of the cache. */
function noted(folder: string, name: string, make: () => string): string {
  const file = path.join(folder, name);
  try {
    return readFileSync(file, "utf8");
  } catch {
    const made = make();
    writeFileSync(file, made);
    return made;
  }
}

function sha256Of(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
