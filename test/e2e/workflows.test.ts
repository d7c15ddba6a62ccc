import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { execa, type ExecaError } from "execa";
import { stringify } from "yaml";
import { projectRoot } from "../../config/root.ts";
import { readEntry } from "../../images/release/store.ts";
import { buildKey, publishKey } from "../../images/signing/key.ts";
import { newKey } from "../images/ledger/project.ts";
import { Origin } from "../sandbox/origin.ts";
import { createSandbox, freePort, type Sandbox } from "../sandbox/sandbox.ts";
import {
  githubStep,
  githubSteps,
  gitlabScripts,
  runStep,
  type StepResult,
  type Workplace,
} from "../sandbox/workflow.ts";
import { runGithubScript, startDoor, startGithub, startGitlab, type Comment } from "./codeHosts.ts";

const environment = (port: number, more: object = {}) =>
  stringify({
    config: {
      "immutable-fleets:environment": {
        ...more,
        edge: { layer: "haproxy", port },
        fleets: { catalog: { gate: { timeoutSeconds: 300, steadySeconds: 1 } } },
      },
    },
  });

const products = "apps/catalog/catalog/products.json";

describe("The steps of the workflows, as they stand, each job in a clone of its own", function () {
  this.timeout("20m");
  let sandbox: Sandbox;
  let origin: Origin;
  /** The first commit. */
  let first = "";
  /** What only jobs are given: who started them, and their key and token. */
  let secrets: Record<string, string>;
  /** Every command that was run here. */
  const ran = new Set<string>();

  before(async () => {
    // What `npm run` would otherwise do first: here, where it belongs, not in the sandbox.
    await execa("toolchain/setup", { cwd: projectRoot });
    sandbox = await createSandbox("workflows");
    const { folder } = sandbox;
    cpSync(path.join(projectRoot, "package-lock.json"), path.join(folder, "package-lock.json"));
    rmSync(path.join(folder, "releases"), { recursive: true, force: true });
    writeFileSync(path.join(folder, "Pulumi.dev.yaml"), environment(sandbox.port));
    const prod = environment(await freePort(), { promoteFrom: "dev" });
    writeFileSync(path.join(folder, "Pulumi.prod.yaml"), prod);
    sandbox.edit("Pulumi.yaml", (project: { config: Record<string, unknown> }) => {
      project.config["releases"] = { value: { remote: "origin" } };
    });
    const { privateKey, pem } = newKey();
    // Whom the protected branch trusts: the jobs' key, and whoever has built the images that this machine has.
    for (const key of [privateKey, buildKey()]) publishKey(folder, key);
    origin = await Origin.of(sandbox);
    first = await origin.git("rev-parse", "main");
    const job = { ...origin.github, GITHUB_RUN_ID: "7", GITHUB_ACTOR: "ann", GITHUB_REF_NAME: "main" };
    secrets = { ...job, FLEET_RELEASE_KEY: pem, FLEET_RELEASES_TOKEN: "t0ken" };
  });

  after(async () => {
    await sandbox.pulumi("destroy", "--yes", "--stack", "prod");
    await sandbox.dispose();
    origin.remove();
  });

  async function run(
    place: Workplace,
    commands: string,
    variables: Record<string, string> = {},
  ): Promise<StepResult> {
    ran.add(commands.trim());
    const result = await runStep(place, commands, { ...secrets, ...variables });
    assert.equal(result.exitCode, 0, `${commands}\n${result.all}`);
    return result;
  }

  /** Runs the steps of a job that run commands, in a fresh clone; those for a registry have a test of their own. @returns what came of them. */
  async function runJob(
    file: string,
    job: string,
    variables: Record<string, string> = {},
    place?: Workplace,
  ): Promise<StepResult[]> {
    const clone = place ?? (await origin.clone());
    const results = [];
    for (const { run: commands } of githubSteps(file, job))
      if (commands !== undefined && !commands.includes("docker login"))
        results.push(await run(clone, commands, variables));
    return results;
  }

  /** Runs the script of a job of GitLab in a fresh clone. */
  async function runGitlab(job: string, commit: string, variables: Record<string, string> = {}) {
    const clone = await origin.clone(commit);
    for (const line of gitlabScripts()[job] ?? []) await run(clone, line, variables);
    return clone.folder;
  }

  const npm = async (command: string, ...args: string[]) => {
    const { folder, environment: env } = await origin.clone();
    const options = { cwd: folder, env: { ...env, ...secrets }, all: true, stdin: "ignore" } as const;
    return (await execa("npm", ["run", "--silent", command, "--", ...args], options)).all;
  };
  const digest = async (stack: string) =>
    (await sandbox.pulumi("stack", "output", "fleets", "--json", "--stack", stack)).stdout.match(
      /sha256:\w+/,
    )?.[0];

  it("build the images, and sign in to a registry without its password on a command line", async () => {
    const [built] = await runJob("images.yml", "images");
    assert.match(built?.all ?? "", /base\.python\.catalog/);
    const { run: login = "" } = githubStep("images.yml", "images", "Sign in where images are pushed");
    const registry = await startDoor();
    const folder = mkdtempSync(path.join(sandbox.folder, ".state/docker-"));
    const variables = { REGISTRY: registry.address, TOKEN: "t0ken", DOCKER_CONFIG: folder };
    const { all } = await run(sandbox, login, variables);
    registry.stop();
    assert.match(all, /Login Succeeded/);
    assert.deepEqual(registry.asked, ["ann:t0ken"]);
  });

  it("deploy to dev, which is well, and find no drift", async () => {
    const [up, status] = await runJob("deploy.yml", "dev");
    assert.match(up?.all ?? "", /Release dev\/1 is recorded/);
    assert.equal(up?.outputs, "release=dev/1");
    assert.match(status?.all ?? "", /catalog-1 .* healthy/);
    const [, report] = await runJob("drift.yml", "drift", { STACK: "dev" });
    assert.match(report?.summary ?? "", /^### Drift of `dev`\n\nNo drift\./);
  });

  it("promote the release that dev has proved to prod, unchanged, with who did it, from what and where", async () => {
    const [promoted] = await runJob("deploy.yml", "prod", { RELEASE: "dev/1" });
    assert.match(promoted?.all ?? "", /Release prod\/1 is recorded/);
    assert.equal(await digest("prod"), await digest("dev"));
    const { folder } = await origin.clone();
    const { release, ledger } = readEntry(folder, "releases/prod/1.json");
    const job = `${secrets["GITHUB_SERVER_URL"] ?? ""}/o/r/actions/runs/7`;
    assert.equal(release.promotedFrom, "dev/1");
    assert.deepEqual(ledger, { author: "ann", commit: first, job, reason: "First" });
    // What is trusted is in the protected branch alone.
    assert.deepEqual((await origin.git("ls-tree", "--name-only", "releases")).split("\n"), [
      "dev",
      "prod",
      "proofs",
    ]);
  });

  it("write one comment on a pull request, and put the next preview in its place", async () => {
    const comments: Comment[] = [];
    const clone = await origin.clone();
    const comment = async () => {
      const [preview] = await runJob("preview.yml", "preview", { STACK: "dev" }, clone);
      const { with: { script = "" } = {} } = githubStep(
        "preview.yml",
        "preview",
        "Comment, updated in place",
      );
      await runGithubScript(clone, script, comments);
      return preview?.summary ?? "";
    };
    assert.match(await comment(), /^<!-- immutable-fleets preview dev -->\n[^]*Nothing rebuilds/);
    sandbox.replace(products, "Mooring rope", "Mooring line");
    cpSync(path.join(sandbox.folder, products), path.join(clone.folder, products));
    const summary = await comment();
    assert.match(summary, /file apps\/catalog\/catalog\/products\.json changed/);
    assert.match(summary, /```mermaid\ngraph LR/);
    assert.deepEqual(
      comments.map(({ id, body }) => [id, body.trim()]),
      [[7, summary.trim()]],
    );
    // What takes releases has those of the ledger, in whichever clone.
    const [prod] = await runJob("preview.yml", "preview", { STACK: "prod" });
    assert.match(prod?.summary ?? "", /^<!-- immutable-fleets preview prod -->\n[^]*Nothing/);
  });

  it("deploy what is merged, and nothing over what came after it, by GitLab's jobs too", async () => {
    const second = await origin.merge("Line");
    const [up] = await runJob("deploy.yml", "dev");
    assert.equal(up?.outputs, "release=dev/2");
    const folder = await runGitlab("dev", first);
    assert.equal(readFileSync(path.join(folder, "release.env"), "utf8"), "RELEASE=\n");
    await runGitlab("prod", first, { RELEASE: "" });
    assert.match((await promoted("dev/2"))?.all ?? "", /Release prod\/2 is recorded/);
    const running = await digest("prod");
    assert.match(
      (await promoted("dev/1"))?.all ?? "",
      /^prod runs dev\/2 already, which came after dev\/1; nothing was changed/m,
    );
    await runGitlab("prod", first, { RELEASE: "dev/1" });
    assert.deepEqual([await digest("prod"), await digest("dev")], [running, running]);
    const clone = await origin.clone();
    assert.equal(readEntry(clone.folder, "releases/dev/2.json").ledger?.commit, second);
  });

  const promoted = async (release: string) => (await runJob("deploy.yml", "prod", { RELEASE: release }))[0];

  it("leave a history to go back in, from whichever clone", async () => {
    const said = await npm("rollback", "--stack", "prod");
    assert.match(said, /^prod goes back to prod\/1\n/m);
    const [drift] = (await runJob("drift.yml", "drift", { STACK: "prod" })).slice(1);
    assert.match(drift?.summary ?? "", /No drift/);
    assert.match((await promoted("dev/2"))?.all ?? "", /prod answers at/);
    assert.equal(await digest("prod"), await digest("dev"));
  });

  it("leave something to look at: a board of both environments, with what their swaps cost", async () => {
    const { folder, ...place } = await origin.clone();
    await run({ folder, ...place }, "npm run board -- --output board.html");
    ran.delete("npm run board -- --output board.html");
    const page = readFileSync(path.join(folder, "board.html"), "utf8");
    for (const text of [
      "<h3>dev</h3>",
      "<h3>prod</h3>",
      "release dev/2",
      "All environments run the same images.",
    ])
      assert.ok(page.includes(text), `expected ${text} in ${page}`);
    assert.match(await npm("releases"), /^prod\/1 .* from dev\/1: first +\d+ (s|min)/m);
  });

  it("propose newer packages by a pull request, which the next look puts new words into", async () => {
    const { variables: host, requests, stop } = await startGithub();
    const place = await origin.clone();
    const variables = { ONLY: "all", FRESHEN_TOKEN: "t0ken", ...host };
    const [look, report, propose] = githubSteps("freshen.yml", "freshen").flatMap(
      ({ run: lines }) => lines ?? [],
    );
    await run(place, look ?? "", variables);
    const { summary } = await run(place, report ?? "", variables);
    // What is newer is what the world has published meanwhile; some of it may be for security.
    assert.match(summary, /^### (Newer packages|Security updates: )/);
    const lock = path.join(place.folder, "images.lock.yaml");
    for (const text of ["first", "second"]) {
      writeFileSync(lock, `# ${text}\nlayers: {}\n`);
      const { all } = await run(place, propose ?? "", variables);
      assert.match(all, /^https:\/\/host\/pull\/4: has what is newer$/m);
      assert.equal((await origin.git("show", "freshen-all:images.lock.yaml")).split("\n")[0], `# ${text}`);
    }
    stop();
    const title = summary.split("\n")[0]?.replace("### ", "");
    assert.deepEqual(
      requests.map(({ method, content }) => [method, content?.["title"]]),
      [
        ["GET", undefined],
        ["POST", title],
        ["GET", undefined],
        ["PATCH", title],
      ],
    );
    assert.equal(await origin.git("diff", "--name-only", "main", "freshen-all"), "images.lock.yaml");
  });

  it("have nothing previewed any more that was revoked in whichever clone", async () => {
    const image = (await digest("prod")) ?? "";
    const said = await npm("revoke", image, "--reason", "CVE-2099-1");
    const wayBack = (stack: string) => `npm run rollback -- --stack ${stack} --to 1`;
    assert.match(
      said,
      new RegExp(`^revoked/1: nothing runs from ${image} any more[^]*prod runs it .*: ${wayBack("prod")} `),
    );
    for (const stack of ["prod", "dev"]) {
      const refusal = new RegExp(`got ${image}, which ann revoked on .*: CVE-2099-1; .*${wayBack(stack)}`);
      await assert.rejects(npm("preview", "--stack", stack), ({ all }: ExecaError) =>
        refusal.test(String(all)),
      );
    }
  });

  it("write the comment on GitLab by a program of ours", async () => {
    const comments: Comment[] = [];
    const api = await startGitlab(comments);
    const variables = {
      ...{ CI_API_V4_URL: api.address, CI_PROJECT_ID: "5" },
      ...{ CI_MERGE_REQUEST_IID: "9", COMMENT_TOKEN: "t0ken" },
    };
    const lines = Object.values(gitlabScripts()).flat();
    const own = lines.filter(
      (line) => !ran.has(line.trim()) && ![...ran].some((each) => each.split("\n").includes(line)),
    );
    assert.deepEqual(own, ["toolchain/run commands/ci/gitlabComment.ts preview.md"]);
    const file = path.join(sandbox.folder, "preview.md");
    for (const text of ["first", "second"]) {
      writeFileSync(file, `<!-- immutable-fleets preview dev -->\n${text}\n`);
      await run(sandbox, own[0] ?? "", variables);
    }
    api.stop();
    assert.deepEqual(comments, [{ id: 1, body: readFileSync(file, "utf8") }]);
    assert.deepEqual([...new Set(api.tokens)], ["t0ken"]);
  });
});
