import { z } from "zod";

/** Where a project's code is kept, and where changes to it are proposed: GitHub or GitLab, as their jobs tell it. */
export interface CodeHost {
  /** What Git pushes to. */
  readonly url: string;
  /** Whose name goes with the token when Git pushes. */
  readonly user: string;
  /** The branch that changes are proposed for. */
  readonly base: string;
  /** Opens a request to take over a branch, or gives the open one its new words. @returns its address. */
  propose(proposal: UpdateProposal): Promise<string>;
}

/** A request to take over a branch. */
export interface UpdateProposal {
  branch: string;
  title: string;
  /** In Markdown. */
  body: string;
}

/**
 * The host whose job this is.
 * @param environment the variables of the job: GitHub's `GITHUB_…` or GitLab's `CI_…`.
 * @throws Error where they are of neither.
 */
export function codeHostOf(environment: NodeJS.ProcessEnv, token: string): CodeHost {
  const { GITHUB_API_URL, GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_REF_NAME } = environment;
  if (GITHUB_API_URL && GITHUB_SERVER_URL && GITHUB_REPOSITORY && GITHUB_REF_NAME)
    return github({
      ...{ api: `${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}`, repository: GITHUB_REPOSITORY, token },
      ...{ url: `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}.git`, base: GITHUB_REF_NAME },
    });
  const { CI_API_V4_URL, CI_PROJECT_ID, CI_PROJECT_PATH, CI_SERVER_URL, CI_DEFAULT_BRANCH } = environment;
  if (CI_API_V4_URL && CI_PROJECT_ID && CI_PROJECT_PATH && CI_SERVER_URL && CI_DEFAULT_BRANCH)
    return gitlab({
      ...{ api: `${CI_API_V4_URL}/projects/${CI_PROJECT_ID}`, token },
      ...{ url: `${CI_SERVER_URL}/${CI_PROJECT_PATH}.git`, base: CI_DEFAULT_BRANCH },
    });
  throw new Error(
    "environment: expected the variables of a job of GitHub or GitLab, got neither; run it in one of them",
  );
}

interface Place {
  api: string;
  url: string;
  base: string;
  token: string;
}

const pullsSchema = z.array(z.object({ number: z.number(), html_url: z.string() }));

/** https://docs.github.com/rest/pulls/pulls */
function github({ api, url, base, token, repository }: Place & { repository: string }): CodeHost {
  const ask = asking({ authorization: `Bearer ${token}`, accept: "application/vnd.github+json" });
  const owner = repository.split("/")[0] ?? "";
  return {
    ...{ url, base, user: "x-access-token" },
    propose: async ({ branch, title, body }) => {
      const query = new URLSearchParams({ head: `${owner}:${branch}`, base, state: "open" });
      const [open] = pullsSchema.parse(await ask("GET", `${api}/pulls?${query.toString()}`));
      const answer = open
        ? await ask("PATCH", `${api}/pulls/${open.number}`, { title, body })
        : await ask("POST", `${api}/pulls`, { title, body, head: branch, base });
      return pullsSchema.element.parse(answer).html_url;
    },
  };
}

const mergeRequestsSchema = z.array(z.object({ iid: z.number(), web_url: z.string() }));

/** https://docs.gitlab.com/api/merge_requests */
function gitlab({ api, url, base, token }: Place): CodeHost {
  const ask = asking({ "private-token": token });
  return {
    ...{ url, base, user: "oauth2" },
    propose: async ({ branch, title, body: description }) => {
      const query = new URLSearchParams({ source_branch: branch, target_branch: base, state: "opened" });
      const [open] = mergeRequestsSchema.parse(await ask("GET", `${api}/merge_requests?${query.toString()}`));
      const made = { title, description, source_branch: branch, target_branch: base };
      const answer = open
        ? await ask("PUT", `${api}/merge_requests/${open.iid}`, { title, description })
        : await ask("POST", `${api}/merge_requests`, { ...made, remove_source_branch: true });
      return mergeRequestsSchema.element.parse(answer).web_url;
    },
  };
}

function asking(headers: Record<string, string>) {
  return async (method: string, url: string, content?: object): Promise<unknown> => {
    const answer = await fetch(url, {
      method,
      headers: { ...headers, "content-type": "application/json" },
      ...(content && { body: JSON.stringify(content) }),
    });
    if (answer.ok) return answer.json();
    const said = (await answer.text()).slice(0, 300);
    throw new Error(
      `${method} ${url}: expected success, got HTTP ${answer.status}: ${said}; see what FRESHEN_TOKEN may do`,
    );
  };
}
