import { readFileSync } from "node:fs";
import { messageOf } from "../../work/message.ts";

/** What GitLab calls a comment. */
interface Note {
  id: number;
  body: string;
}

// Puts a report on its merge request, in the place of the one before: gitlabComment.ts FILE. The report's first line
// marks whose it is. Without COMMENT_TOKEN it does nothing.
const [file = ""] = process.argv.slice(2);
const { CI_API_V4_URL, CI_PROJECT_ID, CI_MERGE_REQUEST_IID, COMMENT_TOKEN } = process.env;
if (!COMMENT_TOKEN || !CI_API_V4_URL || !CI_PROJECT_ID || !CI_MERGE_REQUEST_IID) {
  process.stderr.write(
    "COMMENT_TOKEN: expected a token with the api scope, got none; no comment is written\n",
  );
} else {
  try {
    await comment(
      `${CI_API_V4_URL}/projects/${CI_PROJECT_ID}/merge_requests/${CI_MERGE_REQUEST_IID}/notes`,
      COMMENT_TOKEN,
    );
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 1;
  }
}

async function comment(url: string, token: string): Promise<void> {
  const body = readFileSync(file, "utf8");
  const [marker = ""] = body.split("\n");
  const notes = (await request(`${url}?per_page=100`, token)) as Note[];
  const present = notes.find((note) => note.body.startsWith(marker));
  if (present) await request(`${url}/${present.id}`, token, { method: "PUT", body });
  else await request(url, token, { method: "POST", body });
}

async function request(
  url: string,
  token: string,
  change?: { method: string; body: string },
): Promise<unknown> {
  const answer = await fetch(url, {
    headers: { "PRIVATE-TOKEN": token, "content-type": "application/json" },
    ...(change && { method: change.method, body: JSON.stringify({ body: change.body }) }),
  });
  if (!answer.ok) throw new Error(`${url}: expected success, got HTTP ${answer.status}; check COMMENT_TOKEN`);
  return answer.json();
}
