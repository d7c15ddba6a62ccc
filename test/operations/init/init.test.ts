import { deepEqual, equal, match, ok } from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import { readConfigurationFiles } from "../../../config/read/readFiles.ts";
import { projectRoot } from "../../../config/root.ts";
import { createSandbox, type Sandbox } from "../../sandbox/sandbox.ts";

describe("a fresh clone", function () {
  this.timeout("1m");
  let clone: Sandbox;
  const file = (name: string) => path.join(clone.folder, name);
  const text = (name: string) => readFileSync(file(name), "utf8");
  const init = (...args: string[]) => clone.run("commands/main.ts", "init", ...args);
  const git = (...args: string[]) => execa("git", args, { cwd: clone.folder });

  beforeEach(async () => {
    clone = await createSandbox("init");
    for (const name of ["package-lock.json", "CHANGELOG.md"])
      writeFileSync(file(name), readFileSync(path.join(projectRoot, name)));
    await git("init", "--quiet");
    writeFileSync(file(".git/info/exclude"), ".cache\n.state\nnode_modules\n");
    await git("add", ".");
    const author = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com"];
    await git(...author, "commit", "--quiet", "--message", "Clone");
  });
  afterEach(() => {
    rmSync(clone.folder, { recursive: true });
  });

  it("becomes somebody's own, with the sample, in every file that has its name", async () => {
    const { exitCode, all } = await init("Shop.2");
    equal(exitCode, 0, all);
    match(all, /^Written\n {2}Pulumi\.yaml\n[^]*Next: npm run up\n?$/);
    match(text("Pulumi.yaml"), /^name: Shop\.2\n/);
    ok(!text("Pulumi.yaml").includes("template:"));
    ok(Object.keys(readConfigurationFiles(clone.folder, "dev").fleets).includes("orders"));
    for (const stack of ["dev", "prod"]) match(text(`Pulumi.${stack}.yaml`), /^ {2}Shop\.2:environment:/m);
    for (const name of ["package.json", "package-lock.json"]) match(text(name), /^ {2}"name": "shop\.2",$/m);
    match(text("CHANGELOG.md"), /^- Shop\.2, begun from Immutable Fleets \d+\.\d+\.\d+, commit [0-9a-f]+$/m);
    const { stdout: commit } = await git("rev-parse", "HEAD");
    const { version } = JSON.parse(text("package.json")) as { version: string };
    deepEqual(JSON.parse(text(".immutable-fleets.json")), { version, commit });
    const told = await clone.run("commands/main.ts", "--version");
    equal(told.all, `Immutable Fleets ${version}, commit ${commit.slice(0, 7)}`);
    // What npm itself makes of both files.
    const { stdout } = await execa("npm", ["pkg", "get", "name"], { cwd: clone.folder });
    equal(stdout, '"shop.2"');
    const { stdout: changed } = await git("status", "--porcelain");
    deepEqual(
      changed
        .split("\n")
        .map((line) => line.slice(3))
        .sort(),
      [
        ...[".immutable-fleets.json", "CHANGELOG.md", "Pulumi.dev.yaml", "Pulumi.prod.yaml", "Pulumi.yaml"],
        ...["package-lock.json", "package.json"],
      ],
    );
  });

  it("runs nothing without the sample, and takes applications", async () => {
    const { exitCode, all } = await init("shop", "--without-sample");
    equal(exitCode, 0, all);
    const { layers, applications, accessories, fleets, environment } = readConfigurationFiles(
      clone.folder,
      "dev",
    );
    deepEqual([applications, accessories, fleets], [{}, {}, {}]);
    deepEqual(Object.keys(layers), ["base", "machine", "python", "apache", "postgresql", "haproxy"]);
    equal(environment.edge?.layer, "haproxy");
    for (const gone of ["apps/orders", "playbooks/roles/site", "Pulumi.prod.yaml"])
      ok(!existsSync(file(gone)));
    for (const kind of ["python", "static"]) {
      const made = await clone.run("commands/main.ts", "new", `my-${kind}`, "--kind", kind);
      equal(made.exitCode, 0, made.all);
    }
    const now = readConfigurationFiles(clone.folder, "dev");
    deepEqual(Object.keys(now.fleets), ["my-python", "my-static"]);
  });

  it("is left as it is under a name that is none, with stacks, or with changes that no commit has", async () => {
    const before = text("Pulumi.yaml");
    const bad = await init("my shop");
    equal(bad.exitCode, 1);
    match(
      bad.all,
      /^NAME: expected letters, digits, _, - and \., at most 100, got my shop; name it otherwise$/m,
    );
    writeFileSync(file("CHANGELOG.md"), "Mine\n");
    match(
      (await init("shop")).all,
      /^CHANGELOG\.md: expected no changes that would be written over, got some; /m,
    );
    await git("checkout", "--quiet", ".");
    const states = file(".pulumi-state/.pulumi/stacks/immutable-fleets");
    mkdirSync(states, { recursive: true });
    writeFileSync(path.join(states, "dev.json"), "{}");
    match(
      (await init("shop")).all,
      /^NAME: expected a project without stacks, got dev of immutable-fleets, which would not be found any more; /m,
    );
    equal(text("Pulumi.yaml"), before);
  });
});
