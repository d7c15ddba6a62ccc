import { deepEqual } from "node:assert/strict";
import type { Advisory } from "../../../operations/audit/database/Advisory.ts";
import { findHoles } from "../../../operations/audit/find.ts";
import { contentsWith } from "./project.ts";

describe("what a newer package mends", () => {
  it("goes by the version of its source, where that is another one; the kernel's signed one is none", () => {
    const { packages } = contentsWith([
      { name: "login", version: "1:4.16.0-2+really2.41-4", source: "util-linux (2.41-4)" },
      { name: "dmsetup", version: "2:1.02.185-2", source: "lvm2 (2.03.16-2)" },
      { name: "linux-image-cloud-amd64", version: "6.12.8-1", source: "linux-signed-amd64 (6.12.8+1)" },
      { name: "zlib1g", version: "1:1.2.13-1+b2", source: "zlib (1:1.2.13-1)" },
    ]);
    const mended = { "util-linux": "2.41-5", lvm2: "2.03.16-1", linux: "6.12.8-2", zlib: "1:1.2.13-1" };
    const advisories = Object.entries(mended).map(([source, fixed]): [string, Advisory[]] => [
      source,
      [{ id: `DSA-${source}`, holes: ["CVE-2026-1"], fixed }],
    ]);
    const layer = { place: "base", layer: "base", builtAt: "2026-01-01T00:00:00Z" };
    const chain = [{ ...layer, system: { id: "debian", version: "13" }, packages }];
    const found = findHoles([{ runs: "web", chain }], () => [Object.fromEntries(advisories)]);
    deepEqual(
      found.map(({ package: name, installed, fixed }) => `${name} ${installed} → ${fixed}`),
      [
        "linux-image-cloud-amd64 6.12.8-1 → 6.12.8-2",
        "login 1:4.16.0-2+really2.41-4 (util-linux 2.41-4) → 2.41-5",
      ],
    );
  });
});
