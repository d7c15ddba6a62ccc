import { deepEqual, equal } from "node:assert/strict";
import * as path from "node:path";
import { execa } from "execa";
import { projectRoot } from "../config/root.ts";

const sources = [
  "index.ts",
  "commands",
  "operations",
  "fleets",
  "images",
  "plan",
  "engine",
  "config",
  "work",
];

interface Cruised {
  modules: { source: string; dependencies: { resolved: string }[] }[];
}

function cruise(type: string, ...folders: string[]) {
  const options = ["--config", ".dependency-cruiser.mjs", "--output-type", type];
  return execa("depcruise", [...options, ...folders], {
    ...{ cwd: projectRoot, all: true, reject: false, preferLocal: true, maxBuffer: 1 << 28 },
  });
}

describe("the house", function () {
  this.timeout(60_000);

  it("has no circles of files, and no arrow that goes up", async () => {
    const { exitCode, all } = await cruise("err", ...sources, "policy", "bench", "test");
    equal(exitCode, 0, all);
  });

  it("has no circles of folders, each taken for itself, without those in it", async () => {
    const { modules } = JSON.parse((await cruise("json", ...sources)).stdout) as Cruised;
    const uses = new Map<string, Set<string>>();
    for (const { source, dependencies } of modules)
      for (const { resolved } of dependencies) {
        const [from, to] = [path.dirname(source), path.dirname(resolved)];
        if (from !== to && isOurs(resolved)) uses.set(from, (uses.get(from) ?? new Set<string>()).add(to));
      }
    deepEqual(inCircles(uses), []);
  });
});

function isOurs(file: string): boolean {
  return sources.some((folder) => file === folder || file.startsWith(`${folder}/`));
}

/** What is left when whatever uses, or is used by, nothing that is left is taken away, again and again. */
function inCircles(uses: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const left = new Set(uses.keys());
  const within = (from: string) => [...(uses.get(from) ?? [])].filter((to) => left.has(to));
  for (;;) {
    const used = new Set([...left].flatMap(within));
    const ends = [...left].filter((folder) => within(folder).length === 0 || !used.has(folder));
    if (ends.length === 0) return [...left].sort();
    for (const folder of ends) left.delete(folder);
  }
}
