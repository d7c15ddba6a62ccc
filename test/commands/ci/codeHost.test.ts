import * as assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { codeHostOf } from "../../../commands/ci/codeHost.ts";

interface Asked {
  method: string;
  url: string;
  token: unknown;
  content?: unknown;
}

/** A host that has these requests open, and answers each that changes one with it. */
async function startHost(open: object[], made: object, status = 200) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const { method = "", url = "", headers } = request;
      const token = headers["private-token"] ?? headers.authorization;
      const content = method === "GET" ? undefined : await json(request);
      asked.push({ method, url, token, ...(content !== undefined && { content }) });
      response.writeHead(status).end(JSON.stringify(method === "GET" ? open : made));
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    stop: () => server.close(),
  };
}

const github = (api: string) => ({
  ...{
    GITHUB_API_URL: api,
    GITHUB_SERVER_URL: "https://host",
    GITHUB_REPOSITORY: "o/r",
    GITHUB_REF_NAME: "main",
  },
});
const gitlab = (api: string) => ({
  ...{ CI_API_V4_URL: api, CI_PROJECT_ID: "5", CI_PROJECT_PATH: "g/o/r", CI_SERVER_URL: "https://host" },
  CI_DEFAULT_BRANCH: "main",
});
const proposal = { branch: "freshen-all", title: "Newer packages: curl", body: "…" };

describe("what proposes a branch", () => {
  it("opens a merge request on GitLab, for the default branch, whose own one goes with it", async () => {
    const host = await startHost([], { iid: 3, web_url: "https://host/mr/3" });
    const code = codeHostOf(gitlab(host.address), "t0ken");
    assert.equal(code.url, "https://host/g/o/r.git");
    assert.equal(await code.propose(proposal), "https://host/mr/3");
    host.stop();
    const query = "source_branch=freshen-all&target_branch=main&state=opened";
    const content = {
      ...{ title: proposal.title, description: "…", source_branch: "freshen-all", target_branch: "main" },
      remove_source_branch: true,
    };
    assert.deepEqual(host.asked, [
      { method: "GET", url: `/projects/5/merge_requests?${query}`, token: "t0ken" },
      { method: "POST", url: "/projects/5/merge_requests", token: "t0ken", content },
    ]);
  });

  it("gives the one that is open its new words", async () => {
    const host = await startHost([{ iid: 3, web_url: "https://host/mr/3" }], {
      iid: 3,
      web_url: "https://host/mr/3",
    });
    await codeHostOf(gitlab(host.address), "t0ken").propose(proposal);
    const pulls = await startHost([{ number: 4, html_url: "u" }], { number: 4, html_url: "u" });
    await codeHostOf(github(pulls.address), "t0ken").propose(proposal);
    host.stop();
    pulls.stop();
    assert.deepEqual(
      [...host.asked, ...pulls.asked].slice().map(({ method, url }) => `${method} ${url.split("?")[0]}`),
      [
        "GET /projects/5/merge_requests",
        "PUT /projects/5/merge_requests/3",
        "GET /repos/o/r/pulls",
        "PATCH /repos/o/r/pulls/4",
      ],
    );
    assert.equal(pulls.asked[0]?.url, "/repos/o/r/pulls?head=o%3Afreshen-all&base=main&state=open");
  });

  it("says what the host said, and whose rights to look at", async () => {
    const host = await startHost([], {}, 403);
    const refused = codeHostOf(github(host.address), "t0ken").propose(proposal);
    await assert.rejects(refused, /expected success, got HTTP 403: \[\]; see what FRESHEN_TOKEN may do/);
    host.stop();
    assert.throws(
      () => codeHostOf({}, "t0ken"),
      /expected the variables of a job of GitHub or GitLab, got neither/,
    );
  });
});
