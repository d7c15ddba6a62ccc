import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { json } from "node:stream/consumers";
import type { Workplace } from "../sandbox/workflow.ts";

/** A comment of GitHub or GitLab. */
export interface Comment {
  id: number;
  body: string;
}

/** The door of a registry, which asks for a password and lets everybody in. */
export async function startDoor() {
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

/** The pull requests of GitHub's repository o/r. */
export async function startGithub() {
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
  const variables = { GITHUB_API_URL: `http://127.0.0.1:${await listening(server)}` };
  return { variables, requests, stop: () => server.close() };
}

/** The notes of GitLab's merge requests. */
export async function startGitlab(comments: Comment[]) {
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

/** The script of actions/github-script, with a stand-in for GitHub's comments. */
export async function runGithubScript(
  { folder }: Workplace,
  script: string,
  comments: Comment[],
): Promise<void> {
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
  const own = { readFileSync: (name: string) => readFileSync(path.join(folder, name), "utf8") };
  const evaluated = (0, eval)(program) as (...given: unknown[]) => Promise<void>;
  await evaluated(github, context, () => own);
}

async function listening(server: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}
