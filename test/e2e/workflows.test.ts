import assert from "node:assert/strict";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { json } from "node:stream/consumers";
import { execa } from "execa";
import { stringify } from "yaml";
import { projectRoot } from "../../config/root.ts";
import { createSandbox, freePort, type Sandbox } from "../sandbox/sandbox.ts";
import { githubSteps, gitlabScripts, runStep, type Step, type StepResult } from "../sandbox/workflow.ts";

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

interface Comment {
  id: number;
  body: string;
}

describe("The steps of the workflows, as they stand", function () {
  this.timeout("20m");
  let sandbox: Sandbox;
  /** Every command that was run here. */
  const ran = new Set<string>();

  before(async () => {
    // What `npm run` would otherwise do first: here, where it belongs, not in the sandbox.
    await execa("toolchain/setup", { cwd: projectRoot });
    sandbox = await createSandbox("workflows");
    cpSync(path.join(projectRoot, "package-lock.json"), path.join(sandbox.folder, "package-lock.json"));
    rmSync(path.join(sandbox.folder, "releases"), { recursive: true, force: true });
    writeFileSync(path.join(sandbox.folder, "Pulumi.dev.yaml"), environment(sandbox.port));
    const prod = environment(await freePort(), { promoteFrom: "dev" });
    writeFileSync(path.join(sandbox.folder, "Pulumi.prod.yaml"), prod);
  });

  after(async () => {
    await sandbox.pulumi("destroy", "--yes", "--stack", "prod");
    await sandbox.dispose();
  });

  async function run(commands: string, variables: Record<string, string> = {}): Promise<StepResult> {
    ran.add(commands.trim());
    const result = await runStep(sandbox, commands, variables);
    assert.equal(result.exitCode, 0, `${commands}\n${result.all}`);
    return result;
  }

  /** Runs the steps of a job that run commands; those for a registry have a test of their own. @returns what they printed. */
  async function runJob(
    file: string,
    job: string,
    variables: Record<string, string> = {},
  ): Promise<StepResult[]> {
    const results = [];
    for (const { run: commands } of githubSteps(file, job))
      if (commands !== undefined && !commands.includes("docker login"))
        results.push(await run(commands, variables));
    return results;
  }

  it("build the images, and sign in to a registry without its password on a command line", async () => {
    const [built] = await runJob("images.yml", "images");
    assert.match(built?.all ?? "", /base\.python\.catalog/);
    const { run: login = "" } = stepOf("images.yml", "images", "Sign in where images are pushed");
    const registry = await startDoor();
    const folder = mkdtempSync(path.join(sandbox.folder, ".docker-"));
    const variables = {
      REGISTRY: registry.address,
      TOKEN: "t0ken",
      GITHUB_ACTOR: "ann",
      DOCKER_CONFIG: folder,
    };
    const { all } = await run(login, variables);
    registry.stop();
    assert.match(all, /Login Succeeded/);
    assert.deepEqual(registry.asked, ["ann:t0ken"]);
  });

  it("deploy to dev, which is well, and find no drift", async () => {
    const [up, status] = await runJob("deploy.yml", "dev");
    assert.match(up?.all ?? "", /Release dev\/1 is recorded/);
    assert.match(status?.all ?? "", /catalog-1 .* healthy/);
    const [, report] = await runJob("drift.yml", "drift", { STACK: "dev" });
    assert.match(report?.summary ?? "", /^### Drift of `dev`\n\nNo drift\./);
  });

  it("promote dev's release to prod, unchanged", async () => {
    const [promoted] = await runJob("deploy.yml", "prod");
    assert.match(promoted?.all ?? "", /Release prod\/1 is recorded/);
    const digest = async (stack: string) =>
      (await sandbox.pulumi("stack", "output", "fleets", "--json", "--stack", stack)).stdout.match(
        /sha256:\w+/,
      )?.[0];
    assert.equal(await digest("prod"), await digest("dev"));
    assert.ok(existsSync(path.join(sandbox.folder, "releases/prod/1.json")));
  });

  it("write one comment on a pull request, and put the next preview in its place", async () => {
    const comments: Comment[] = [];
    const comment = async () => {
      const [preview] = await runJob("preview.yml", "preview", { STACK: "dev" });
      const { with: { script = "" } = {} } = stepOf("preview.yml", "preview", "Comment, updated in place");
      await runScript(script, comments);
      return preview?.summary ?? "";
    };
    assert.match(await comment(), /^<!-- immutable-fleets preview dev -->\n[^]*Nothing rebuilds/);
    sandbox.replace("apps/catalog/catalog/products.json", "Mooring rope", "Mooring line");
    const summary = await comment();
    assert.match(summary, /file apps\/catalog\/catalog\/products\.json changed/);
    assert.match(summary, /```mermaid\ngraph LR/);
    assert.deepEqual(
      comments.map(({ id, body }) => [id, body.trim()]),
      [[7, summary.trim()]],
    );
  });

  it("leave something to look at: a board of both environments, with what their swaps cost", async () => {
    await run("npm run board -- --output board.html");
    ran.delete("npm run board -- --output board.html");
    const page = readFileSync(path.join(sandbox.folder, "board.html"), "utf8");
    for (const text of [
      "<h3>dev</h3>",
      "<h3>prod</h3>",
      "release dev/1",
      "All environments run the same images.",
    ])
      assert.ok(page.includes(text), `expected ${text} in ${page}`);
    const { stdout } = await sandbox.run("commands/main.ts", "releases");
    assert.match(stdout, /^prod\/1 .* from dev\/1: first +\d+ (s|min)/m);
  });

  it("propose newer packages by a pull request, which the next look puts new words into", async () => {
    const { origin, host, requests } = await startGithub(sandbox.folder);
    const variables = { ONLY: "all", FRESHEN_TOKEN: "t0ken", GITHUB_REF_NAME: "main", ...host.variables };
    const [look, report, propose] = githubSteps("freshen.yml", "freshen").flatMap(
      ({ run: lines }) => lines ?? [],
    );
    await run(look ?? "", variables);
    const { summary } = await run(report ?? "", variables);
    // What is newer is what the world has published meanwhile; some of it may be for security.
    assert.match(summary, /^### (Newer packages|Security updates: )/);
    const lock = path.join(sandbox.folder, "images.lock.yaml");
    for (const text of ["first", "second"]) {
      writeFileSync(lock, `# ${text}\nlayers: {}\n`);
      const { all } = await run(propose ?? "", variables);
      assert.match(all, /^https:\/\/host\/pull\/4: has what is newer$/m);
      assert.equal((await origin("show", "freshen-all:images.lock.yaml")).split("\n")[0], `# ${text}`);
    }
    host.stop();
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
    assert.equal((await origin("diff", "--name-only", "main", "freshen-all")).trim(), "images.lock.yaml");
  });

  it("do the same on GitLab, whose comment is written by a program of ours", async () => {
    const comments: Comment[] = [];
    const api = await startGitlab(comments);
    const variables = {
      ...{
        CI_API_V4_URL: api.address,
        CI_PROJECT_ID: "5",
        CI_MERGE_REQUEST_IID: "9",
        COMMENT_TOKEN: "t0ken",
      },
    };
    const lines = Object.values(gitlabScripts()).flat();
    const own = lines.filter(
      (line) => !ran.has(line) && ![...ran].some((each) => each.split("\n").includes(line)),
    );
    assert.deepEqual(own, ["toolchain/run commands/ci/gitlabComment.ts preview.md"]);
    const file = path.join(sandbox.folder, "preview.md");
    for (const text of ["first", "second"]) {
      writeFileSync(file, `<!-- immutable-fleets preview dev -->\n${text}\n`);
      await run(own[0] ?? "", variables);
    }
    api.stop();
    assert.deepEqual(comments, [{ id: 1, body: readFileSync(file, "utf8") }]);
    assert.deepEqual([...new Set(api.tokens)], ["t0ken"]);
  });

  /** The script of actions/github-script, with a stand-in for GitHub's comments. */
  async function runScript(script: string, comments: Comment[]): Promise<void> {
    const issue = { owner: "o", repo: "r", issue_number: 3 };
    const issues = {
      listComments: "list",
      updateComment: ({ comment_id, body }: { comment_id: number; body: string }) => {
        const present = comments.find(({ id }) => id === comment_id);
        if (present) present.body = body;
      },
      createComment: ({ issue_number, body }: { issue_number: number; body: string }) => {
        assert.equal(issue_number, issue.issue_number);
        comments.push({ id: 7, body });
      },
    };
    const github = {
      rest: { issues },
      paginate: (method: unknown, asked: object) => {
        assert.deepEqual([method, asked], ["list", issue]);
        return Promise.resolve([{ id: 1, body: "Looks good" }, ...comments]);
      },
    };
    const context = { repo: { owner: "o", repo: "r" }, issue: { number: 3 } };
    const program = `(async (github, context, require) => {\n${script}\n})`;
    const own = { readFileSync: (name: string) => readFileSync(path.join(sandbox.folder, name), "utf8") };
    const evaluated = (0, eval)(program) as (...given: unknown[]) => Promise<void>;
    await evaluated(github, context, () => own);
  }
});

function stepOf(file: string, job: string, name: string): Step {
  const step = githubSteps(file, job).find((each) => each.name === name);
  if (!step) throw new Error(`${file}: expected a step "${name}" in ${job}, got none`);
  return step;
}

/** The door of a registry, which asks for a password and lets everybody in. */
async function startDoor() {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const given = /^Basic (.*)$/.exec(request.headers.authorization ?? "")?.[1];
    if (given === undefined) return response.writeHead(401, { "WWW-Authenticate": 'Basic realm="r"' }).end();
    asked.push(Buffer.from(given, "base64").toString());
    return response.writeHead(200, { "Docker-Distribution-Api-Version": "registry/2.0" }).end("{}");
  });
  const port = await listening(server);
  return { address: `127.0.0.1:${port}`, asked, stop: () => server.close() };
}

/** A repository that takes what is pushed, of which the folder is a clone, and the pull requests of GitHub beside it. */
async function startGithub(folder: string) {
  const place = mkdtempSync(path.join(folder, ".github-"));
  const bare = path.join(place, "o/r.git");
  const git = async (cwd: string, ...args: string[]) => (await execa("git", args, { cwd })).stdout;
  await git(folder, "init", "--quiet", "--initial-branch=main");
  await git(folder, "add", "Pulumi.yaml");
  await git(folder, "-c", "user.name=t", "-c", "user.email=t@t", "commit", "--quiet", "--message", "first");
  await git(folder, "clone", "--quiet", "--bare", folder, bare);
  const requests: { method: string; content?: Record<string, string> }[] = [];
  const pull = { number: 4, html_url: "https://host/pull/4" };
  const server = createServer((request, response) => {
    void (async () => {
      assert.match(request.url ?? "", /^\/repos\/o\/r\/pulls(\?|\/4$|$)/);
      assert.equal(request.headers.authorization, "Bearer t0ken");
      const method = request.method ?? "";
      const content = method === "GET" ? undefined : ((await json(request)) as Record<string, string>);
      const isOpen = requests.some((each) => each.method === "POST");
      requests.push({ method, ...(content && { content }) });
      response.end(JSON.stringify(method !== "GET" ? pull : isOpen ? [pull] : []));
    })().catch(() => response.destroy());
  });
  const variables = {
    GITHUB_API_URL: `http://127.0.0.1:${await listening(server)}`,
    GITHUB_SERVER_URL: `file://${place}`,
    GITHUB_REPOSITORY: "o/r",
  };
  const host = { variables, stop: () => server.close() };
  return { origin: (...args: string[]) => git(bare, ...args), host, requests };
}

/** The notes of GitLab's merge requests. */
async function startGitlab(comments: Comment[]) {
  const tokens: string[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const url = request.url ?? "";
      assert.match(url, /^\/projects\/5\/merge_requests\/9\/notes/);
      tokens.push(String(request.headers["private-token"]));
      const { body = "" } = request.method === "GET" ? {} : ((await json(request)) as { body?: string });
      if (request.method === "POST") comments.push({ id: comments.length + 1, body });
      const present = comments.find(({ id }) => url.endsWith(`/${id}`));
      if (request.method === "PUT" && present) present.body = body;
      response.end(JSON.stringify(comments));
    })().catch(() => response.destroy());
  });
  return { address: `http://127.0.0.1:${await listening(server)}`, tokens, stop: () => server.close() };
}

async function listening(server: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}
