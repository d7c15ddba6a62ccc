import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { projectRoot } from "../../config/root.ts";
import type { Sandbox } from "./sandbox.ts";
import type { Workplace } from "./workflow.ts";

const committer = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com"];

/** The repository that a CI system takes a sandbox's project from, `o/r`: a clone of its own for each job, with one commit. */
export class Origin {
  readonly #sandbox: Sandbox;
  readonly #place = mkdtempSync(path.join(tmpdir(), "immutable-fleets-origin-"));
  #clones = 0;

  private constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  /** With the sandbox's files, as they are, as the first commit of main. */
  static async of(sandbox: Sandbox): Promise<Origin> {
    const origin = new Origin(sandbox);
    const { folder } = sandbox;
    copyFileSync(path.join(projectRoot, ".gitignore"), path.join(folder, ".gitignore"));
    await git(origin.#place, "init", "--quiet", "--bare", "--initial-branch=main", "o/r.git");
    await git(folder, "init", "--quiet", "--initial-branch=main");
    await git(folder, "remote", "add", "origin", origin.#url);
    // The stacks' states are beside the files.
    await git(folder, "config", "core.excludesFile", path.join(folder, ".git/excluded"));
    await execa("tee", [path.join(folder, ".git/excluded")], { input: ".state/\n" });
    await origin.merge("First");
    return origin;
  }

  get #url(): string {
    return `file://${path.join(this.#place, "o/r.git")}`;
  }

  /** What GitHub tells its jobs of the repository. */
  get github(): Record<string, string> {
    return { GITHUB_SERVER_URL: `file://${this.#place}`, GITHUB_REPOSITORY: "o/r" };
  }

  /** Has main have the sandbox's files as they are. @returns the commit. */
  async merge(message: string): Promise<string> {
    const { folder } = this.#sandbox;
    await git(folder, "add", "--all");
    await git(folder, ...committer, "commit", "--quiet", "--message", message);
    await git(folder, "push", "--quiet", "origin", "HEAD:main");
    return git(folder, "rev-parse", "HEAD");
  }

  /** A fresh clone, as a runner makes it. @param commit default: the newest. */
  async clone(commit = "main"): Promise<Workplace> {
    this.#clones += 1;
    const folder = path.join(this.#place, `clone-${this.#clones}`);
    await git(this.#place, "init", "--quiet", folder);
    await git(folder, "remote", "add", "origin", this.#url);
    await git(folder, "fetch", "--quiet", "--no-tags", "--depth=1", "origin", commit);
    await git(folder, "checkout", "--quiet", "FETCH_HEAD");
    // Installing packages is no matter of these tests.
    symlinkSync(path.join(projectRoot, "node_modules"), path.join(folder, "node_modules"));
    return { folder, environment: this.#sandbox.environment };
  }

  /** What Git says in the repository itself. */
  async git(...args: string[]): Promise<string> {
    return git(path.join(this.#place, "o/r.git"), ...args);
  }

  remove(): void {
    rmSync(this.#place, { recursive: true, force: true });
  }
}

async function git(folder: string, ...args: string[]): Promise<string> {
  return (await execa("git", args, { cwd: folder })).stdout;
}
