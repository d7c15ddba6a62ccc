import { deepEqual } from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
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
  modules: { source: string; dependencies: { resolved: string; dependencyTypes: string[] }[] }[];
  summary: { violations: { from: string; to: string; rule: { name: string } }[] };
}

async function cruise(...folders: string[]): Promise<Cruised> {
  const options = ["--config", ".dependency-cruiser.mjs", "--output-type", "json"];
  const { stdout } = await execa("depcruise", [...options, ...folders], {
    ...{ cwd: projectRoot, reject: false, preferLocal: true, maxBuffer: 1 << 28 },
  });
  return JSON.parse(stdout) as Cruised;
}

describe("the house", function () {
  this.timeout(60_000);

  let cruised: Cruised;

  before(async () => {
    cruised = await cruise(...sources, "policy", "bench", "test");
  });

  it("has no circles of files, and no arrow that goes up", () => {
    deepEqual(
      cruised.summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} → ${to}`),
      [],
    );
  });

  it("has no circles of folders, each taken for itself, without those in it", () => {
    const uses = new Map<string, Set<string>>();
    for (const { source, dependencies } of cruised.modules.filter((each) => isOurs(each.source)))
      for (const { resolved } of dependencies) {
        const [from, to] = [path.dirname(source), path.dirname(resolved)];
        if (from !== to && isOurs(resolved)) uses.set(from, (uses.get(from) ?? new Set<string>()).add(to));
      }
    deepEqual(inCircles(uses), []);
  });

  it("loads no SDK of the engine in the programs that resources run: it takes as long as all else in them", () => {
    const loaded = new Map(
      cruised.modules.map(({ source, dependencies }) => [
        source,
        dependencies.filter((each) => !isLeftOut(each.dependencyTypes)).map(({ resolved }) => resolved),
      ]),
    );
    const programs = [...loaded.keys()].filter((file) => /^(fleets|images)\/.*main\.ts$/.test(file));
    const loads = programs.filter((program) =>
      reached(program, (file) => loaded.get(file) ?? []).some((file) =>
        file.includes("node_modules/@pulumi/"),
      ),
    );
    deepEqual([programs.length > 10, loads], [true, []]);
  });

  it("has one name for one thing: no two files export the same one", async () => {
    const declaration = /^export (?:async )?(?:function|const|class|interface|type)\*? ([\w$]+)/gm;
    const exported = (await sourceFiles()).flatMap((file) =>
      [...contentOf(file).matchAll(declaration)].map(([, name = ""]) => ({ file, name })),
    );
    const doubled = [...Map.groupBy(exported, ({ name }) => name)].filter(([, all]) => all.length > 1);
    deepEqual(
      doubled.map(([name, all]) => `${name}: ${all.map(({ file }) => file).join(", ")}`),
      [],
    );
  });

  it("asks each engine by its client alone, and each edge by its runtime", async () => {
    const files = await sourceFiles();
    const having = (text: RegExp) => files.filter((file) => text.test(contentOf(file)));
    deepEqual(having(/\b(execa|spawn|execute)\w*\(\s*"docker"|runLogged\([^)]*"docker"/), [
      "engine/DockerClient.ts",
    ]);
    deepEqual(having(/"[^"]*fleet-edge-state/), ["fleets/edge/EdgeRuntime.ts"]);
  });

  it("is where CONTRIBUTING says that it is", () => {
    const [, table = ""] = contentOf("CONTRIBUTING.md").split(/^## (?:Where to change …|Changes)$/m);
    const named = [...table.matchAll(/`([\w./-]+)`/g)].map(([, place = ""]) => place);
    deepEqual(
      [named.length > 10, named.filter((place) => !existsSync(path.join(projectRoot, place)))],
      [true, []],
    );
  });
});

async function sourceFiles(): Promise<string[]> {
  const { stdout } = await execa("git", ["ls-files", "-z", "--", ...sources], { cwd: projectRoot });
  return stdout.split("\0").filter((file) => file.endsWith(".ts"));
}

function contentOf(file: string): string {
  return readFileSync(path.join(projectRoot, file), "utf8");
}

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

/** A dependency that is not there at run time, or not before it is asked for. */
function isLeftOut(types: readonly string[]): boolean {
  return types.includes("type-only") || types.includes("dynamic-import");
}

/** What is reached from a start, itself among it. */
function reached(start: string, next: (from: string) => readonly string[]): string[] {
  const seen = new Set([start]);
  // A set that grows while it is walked visits what is added, too.
  for (const each of seen) for (const further of next(each)) seen.add(further);
  return [...seen];
}
