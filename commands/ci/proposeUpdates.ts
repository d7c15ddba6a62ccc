import { readFileSync } from "node:fs";
import { projectRoot } from "../../config/root.ts";
import { lockFile } from "../../plan/lockFile.ts";
import { messageOf } from "../../work/message.ts";
import { codeHostOf } from "./codeHost.ts";
import { isChanged, pushUpdate } from "./updateBranch.ts";

// Proposes the lock file that freshen has written as a pull request (GitHub) or merge request (GitLab), in the place of the one
// before: proposeUpdates.ts BRANCH FILE. The file holds what freshen said, in Markdown; its heading becomes the title. Without
// FRESHEN_TOKEN, or where nothing is newer, it does nothing.
const [branch = "", file = ""] = process.argv.slice(2);
try {
  process.stdout.write(`${await propose()}\n`);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}

async function propose(): Promise<string> {
  if (!(await isChanged(projectRoot, lockFile))) return `${lockFile}: as it is here; nothing to propose`;
  const token = process.env["FRESHEN_TOKEN"];
  if (!token)
    return `FRESHEN_TOKEN: expected a token that may push and propose, got none; ${lockFile} is proposed to nobody`;
  const body = readFileSync(file, "utf8");
  const title = /^### (.*)$/m.exec(body)?.[1] ?? "Newer packages";
  const host = codeHostOf(process.env, token);
  const { url, user } = host;
  const pushed = await pushUpdate({
    ...{ folder: projectRoot, file: lockFile, branch, message: title },
    ...{ url, user, token },
  });
  const address = await host.propose({ branch, title, body });
  return `${address}: ${pushed ? "has what is newer" : "has it already"}`;
}
