import { deepEqual, ok } from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { loadCommands } from "../../commands/index.ts";
import { allSteps, neededSteps } from "../../commands/line/needs.ts";
import { readConfigurationFiles } from "../../config/read/readFiles.ts";
import { projectRoot } from "../../config/root.ts";
import { environmentPlan } from "../../plan/environment/plan.ts";

describe("what a command needs of the tool chain", () => {
  it("is nothing beside Node's packages where it neither asks the engine nor builds", async () => {
    const commands = await loadCommands();
    const free = commands.filter(({ needs, also = [] }) => needs === "nothing" && also.length === 0);
    const names = free.map(({ name }) => name).sort();
    deepEqual(names, [
      "adopt",
      "completion",
      "docs",
      "help",
      "init",
      "keys",
      "new",
      "notes",
      "schema",
      "upgrade",
    ]);
    deepEqual(neededSteps("nothing"), ["node_modules"]);
  });

  it("is what the environment has use for, and all of it where that is not known", () => {
    const configuration = readConfigurationFiles(projectRoot, "dev");
    const plan = environmentPlan(configuration);
    const has = (looked: Parameters<typeof neededSteps>[2]) =>
      ["nfpm", "rpm", "machine"].filter((step) =>
        neededSteps("images", [], looked).some((each) => each === step),
      );
    deepEqual(has({ configuration, plan }), ["nfpm"]);
    const from = { dnf: { release: "9", repositories: {}, packages: [], database: "/var/lib/rpm" } };
    const layers = { dnf: { from, roles: [], variables: {}, files: [], machineOnly: false } };
    deepEqual(has({ configuration: { layers }, plan }), ["rpm"]);
    deepEqual(has(undefined), ["nfpm", "rpm", "machine"]);
    ok(neededSteps("boxes").includes("ansible"));
    ok(!neededSteps("boxes", [], { configuration, plan }).includes("ansible"));
  });

  it("has each step of the setup, and every step a command needs is one", () => {
    const steps = readdirSync(path.join(projectRoot, "toolchain/steps"));
    // Asked for by name, and no step at all.
    const others = ["amazon", "compose", "state"];
    const names = steps.map((name) => name.replace(/\.sh$/, "")).filter((name) => !others.includes(name));
    deepEqual([...allSteps].sort(), names.sort());
  });

  it("is told by a program, which tells mistakes of the configuration before anything is there", async () => {
    const home = mkdtempSync(path.join(tmpdir(), "fleet-home-"));
    try {
      const told = async (...args: string[]) => {
        const env = { HOME: home, XDG_CACHE_HOME: path.join(home, "cache") };
        const run = ["commands/needs/main.ts", ...args];
        const { stdout, exitCode } = await execa("node", run, { cwd: projectRoot, env, reject: false });
        return { exitCode, steps: stdout.split("\n") };
      };
      for (const args of [
        ["commands/main.ts", "up", "--help"],
        ["commands/main.ts", "nonsense"],
        ["commands/main.ts"],
      ])
        deepEqual(await told(...args), { exitCode: 0, steps: ["node_modules"] });
      deepEqual((await told("bench/main.ts")).steps.sort(), [...allSteps].sort());
      deepEqual((await told("commands/main.ts", "up", "--stack", "nowhere")).exitCode, 1);
      deepEqual(readdirSync(home), []);
    } finally {
      rmSync(home, { recursive: true });
    }
  });
});
