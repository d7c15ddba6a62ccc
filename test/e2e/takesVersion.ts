import assert from "node:assert/strict";
import { appendFileSync, copyFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import { projectRoot } from "../../config/root.ts";
import { Origin } from "../sandbox/origin.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";

/** The case of a stack test in which all runs as it is configured. */
export function takesVersion(of: () => Sandbox): void {
  it("are previewed by a newer version, which changes one role and a comment, and are as they were", async () => {
    const sandbox = of();
    // What a clone has, and a sandbox does without.
    for (const name of ["package-lock.json", ".gitignore"])
      copyFileSync(path.join(projectRoot, name), path.join(sandbox.folder, name));
    const origin = await Origin.of(sandbox);
    try {
      const base = await origin.git("rev-parse", "main");
      await release(origin);
      const { folder } = sandbox;
      writeFileSync(path.join(folder, "notes.txt"), "mine\n");
      await git(folder, "add", "notes.txt");
      await git(folder, "commit", "--quiet", "--message", "Mine");
      const asked = [
        "upgrade",
        "main",
        "--dry-run",
        "--from",
        await git(folder, "remote", "get-url", "origin"),
      ];
      const { exitCode, all } = await sandbox.run("commands/main.ts", ...asked);
      assert.equal(exitCode, 0, all);
      assert.match(all, /^Files of it: 0 new, 2 changed, 0 gone$/m);
      assert.match(all, /^ {2}base\.haproxy builds: file playbooks\/roles\/haproxy\/\S+ changed$/m);
      assert.match(
        all,
        /^In short: 1 layer gets another input digest, 1 of them are built; swapped where what is built comes out different: edge$/m,
      );
      const now = [git(folder, "status", "--porcelain"), git(folder, "rev-parse", "HEAD~1")];
      assert.deepEqual(await Promise.all(now), ["", base]);
    } finally {
      origin.remove();
    }
  });
}

/** A newer version, in the repository's main. */
async function release(origin: Origin): Promise<void> {
  const { folder } = await origin.clone();
  appendFileSync(path.join(folder, "index.ts"), "// A newer version.\n");
  appendFileSync(path.join(folder, "playbooks/roles/haproxy/tasks/main.yml"), "# A newer version.\n");
  await git(folder, "commit", "--quiet", "--all", "--message", "Newer");
  await git(folder, "push", "--quiet", "origin", "HEAD:main");
}

async function git(folder: string, ...args: string[]): Promise<string> {
  const committer = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com"];
  return (await execa("git", [...committer, ...args], { cwd: folder })).stdout;
}
