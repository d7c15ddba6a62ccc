import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import type { ReleaseOutput } from "../../../images/release/output.ts";
import { publishKey } from "../../../images/signing/key.ts";
import { release } from "../release/fixture.ts";
import { restoreVariables } from "../../support/variables.ts";

const author = { GIT_CONFIG_COUNT: "2", GIT_CONFIG_KEY_0: "user.name", GIT_CONFIG_VALUE_0: "Ann" };
const address = { GIT_CONFIG_KEY_1: "user.email", GIT_CONFIG_VALUE_1: "ann@example.com" };
/** What Git knows of whoever runs the test, wherever that is. */
export const gitEnvironment = { ...author, ...address };

/** A project whose releases are kept in a branch of a bare repository, and clones of it. */
export class LedgerProject {
  readonly folder = mkdtempSync(path.join(tmpdir(), "immutable-fleets-ledger-"));
  readonly bare = path.join(this.folder, "origin.git");
  /** The key that the protected branch trusts (PEM). */
  readonly key: string;
  readonly #publisher: string;
  #clones = 0;

  constructor() {
    this.key = newKey().pem;
    this.#publisher = path.join(this.folder, "publisher");
  }

  async make(): Promise<this> {
    const root = this.#publisher;
    mkdirSync(root);
    writeFileSync(
      path.join(root, "Pulumi.yaml"),
      "name: shop\nconfig:\n  releases: { value: { remote: origin } }\n",
    );
    await this.git(root, "init", "--quiet", "--initial-branch=main");
    publishKey(root, newKey(this.key).privateKey);
    await this.git(root, "add", ".");
    await this.git(root, "commit", "--quiet", "--message", "The shop");
    await this.git(this.folder, "clone", "--quiet", "--bare", root, this.bare);
    await this.git(root, "remote", "add", "origin", this.bare);
    return this;
  }

  /** A fresh clone, as a job gets it. */
  async clone(...args: string[]): Promise<string> {
    this.#clones += 1;
    const root = path.join(this.folder, `clone-${this.#clones}`);
    await this.git(this.folder, "clone", "--quiet", ...args, `file://${this.bare}`, root);
    return root;
  }

  /** Changes the protected branch, as a merge does. */
  async merge(change: (root: string) => void): Promise<void> {
    change(this.#publisher);
    await this.git(this.#publisher, "add", ".");
    await this.git(this.#publisher, "commit", "--quiet", "--message", "Change");
    await this.git(this.#publisher, "push", "--quiet", "origin", "main");
  }

  async git(folder: string, ...args: string[]): Promise<string> {
    return (await execa("git", args, { cwd: folder, env: gitEnvironment })).stdout;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Has each test of a suite run with a project of its own, whose key signs. @param use is given it. */
export function withProjects(use: (project: LedgerProject) => void): void {
  const before = { ...process.env };
  let project: LedgerProject;
  beforeEach(async () => {
    project = await new LedgerProject().make();
    Object.assign(process.env, { ...gitEnvironment, FLEET_RELEASE_KEY: project.key });
    use(project);
  });
  afterEach(() => {
    project.remove();
    restoreVariables(before);
  });
}

/** A private key, in both forms; a given one, or a new one. */
export function newKey(given?: string) {
  const privateKey =
    given === undefined ? generateKeyPairSync("ed25519").privateKey : createPrivateKey(given);
  return { privateKey, pem: privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
}

/** What a stack says that it runs, by the number that it was given and a digit; taken from another, so that no engine is asked. */
export function outputOf(environment: string, number: number, digits: string): ReleaseOutput {
  const { images, machineImages, fleets } = release(environment, number);
  const web = { image: `sha256:${digits.padStart(64, "0")}`, inputDigest: "1".repeat(64) };
  return {
    ...{ environment, number, machineImages, fleets, promotedFrom: `qa/${parseInt(digits, 16)}` },
    images: { ...images, "base.web": web },
  };
}
