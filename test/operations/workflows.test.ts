import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import { parse } from "yaml";
import { projectRoot } from "../../config/root.ts";

/** The version of the module that checks the workflows. */
const actionlint = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.7";

interface Step {
  uses?: string;
  run?: string;
}
interface Job {
  steps: Step[];
  environment?: string;
  permissions?: Record<string, string>;
  concurrency?: string | { group: string; queue?: string };
}
interface Workflow {
  on?: Record<string, unknown>;
  env?: Record<string, string>;
  permissions?: Record<string, string>;
  jobs: Record<string, Job>;
}

const files = globSync(".github/workflows/*.yml", { cwd: projectRoot }).sort();
const read = (file: string) => readFileSync(path.join(projectRoot, file), "utf8");
const workflows = files.map((file) => ({ file, workflow: parse(read(file)) as Workflow }));
const steps = workflows.flatMap(({ workflow }) => Object.values(workflow.jobs).flatMap((job) => job.steps));
const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

/** Names and arguments of the npm scripts that shell lines run. */
function npmRuns(lines: string): { name: string; args: string[] }[] {
  return [...lines.matchAll(/\bnpm run (?:--silent )?(\S+)(?: -- ([^>|\n]*))?/g)].map(
    ([, name = "", rest = ""]) => ({
      name,
      args: rest
        .trim()
        .replaceAll(/"?\$STACK"?/g, "dev")
        .replaceAll(/"?\$RELEASE"?/g, "dev/1")
        .split(/\s+/)
        .filter((word) => word !== ""),
    }),
  );
}

const gitlab = parse(read(".gitlab-ci.yml")) as Record<
  string,
  { script?: string[]; resource_group?: string }
>;
const gitlabLines = Object.values(gitlab).flatMap(({ script = [] }) => script);
const runs = npmRuns([...steps.map(({ run = "" }) => run), ...gitlabLines].join("\n"));

describe("the workflows of continuous integration", () => {
  it("use only actions pinned by commit, with the version beside", () => {
    const used = files.flatMap((file) => read(file).match(/uses: .*/g) ?? []);
    assert.ok(used.length > 10);
    for (const line of used) assert.match(line, /^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it("have no right by default but to read", () => {
    for (const { file, workflow } of workflows)
      assert.deepEqual(workflow.permissions, { contents: "read" }, file);
  });

  it("have deployments wait for deployments alone, and none cancel another", () => {
    const jobs = workflows.flatMap(({ workflow }) => Object.entries(workflow.jobs));
    const groups = jobs.map(([name, { concurrency: group = "" }]) => [name, group] as const);
    const deployments = groups.filter(([name]) => name === "dev" || name === "prod");
    assert.deepEqual(
      deployments.map(([, group]) => group),
      ["dev", "prod"].map((stack) => ({ group: `stack-${stack}`, queue: "max" })),
    );
    for (const [name, group] of groups.filter((each) => !deployments.includes(each)))
      assert.doesNotMatch(JSON.stringify(group), /stack-/, name);
    const resources = Object.entries(gitlab).map(([name, { resource_group: group }]) => [name, group]);
    assert.deepEqual(
      resources.filter(([, group]) => group === "dev" || group === "prod"),
      [
        ["dev", "dev"],
        ["prod", "prod"],
      ],
    );
  });

  it("hand on no release and no key by an artifact, and give keys to what deploys alone", () => {
    assert.doesNotMatch([...files, ".gitlab-ci.yml"].map(read).join(""), /\b(?:path|paths): *\[?releases/);
    const given = workflows.flatMap(({ file, workflow }) =>
      Object.entries(workflow.jobs).flatMap(([name, job]) =>
        JSON.stringify(job).includes("FLEET_RELEASE_KEY") ? [`${file} ${name}`] : [],
      ),
    );
    assert.deepEqual(
      given,
      ["dev", "prod"].map((job) => `.github/workflows/deploy.yml ${job}`),
    );
  });

  it("give secrets to single steps, of environments, and to proposed changes none that deploys or signs", () => {
    for (const { file, workflow } of workflows) {
      assert.doesNotMatch(JSON.stringify(workflow.env ?? {}), /secrets\./, file);
      for (const [name, { steps: all, ...job }] of Object.entries(workflow.jobs)) {
        assert.doesNotMatch(JSON.stringify(job), /secrets\./, `${file} ${name}`);
        const given = JSON.stringify(all).match(/(?<=secrets\.)\w+/g) ?? [];
        if (given.length > 0) assert.notEqual(job.environment, undefined, `${file} ${name}`);
        const isProposed = "pull_request" in (workflow.on ?? {});
        assert.equal(
          job.environment?.startsWith("look-") ?? false,
          isProposed || name === "drift",
          `${file} ${name}`,
        );
        if (isProposed) assert.deepEqual([...new Set(given)], ["PULUMI_CONFIG_PASSPHRASE"]);
      }
    }
  });

  it("put nothing that others may write into shell lines", () => {
    for (const { run = "" } of steps) assert.doesNotMatch(run, /\$\{\{/);
  });

  it("run scripts of package.json, with options that these know", async function () {
    this.timeout("2m");
    assert.ok(runs.length >= 10);
    const different = new Map(runs.map((run) => [JSON.stringify(run), run]));
    for (const { name, args } of different.values()) {
      const script = scripts[name];
      assert.ok(script, `npm run ${name}: expected a script in package.json, got none`);
      const program = script.replace("toolchain/run ", "").split(" ");
      const help = await execa("node", [...program, ...args, "--help"], { cwd: projectRoot, reject: false });
      assert.equal(help.exitCode, 0, `npm run ${name} -- ${args.join(" ")}: ${help.stderr}`);
    }
  });

  it("have nothing to complain about for actionlint", async function () {
    this.timeout("10m");
    const built = await execa("go", ["run", actionlint, "-version"], { reject: false });
    if (built.exitCode !== 0) {
      console.log(`      skipped: ${actionlint} cannot be built: ${built.stderr.split("\n")[0] ?? ""}`);
      return void this.skip();
    }
    // Younger than the newest actionlint; what it is to be says a test above.
    const queue = ["-ignore", 'unexpected key "queue" for "concurrency" section'];
    const checked = await execa("go", ["run", actionlint, "-no-color", ...queue], {
      cwd: projectRoot,
      reject: false,
      all: true,
    });
    assert.equal(checked.exitCode, 0, checked.all);
  });
});
