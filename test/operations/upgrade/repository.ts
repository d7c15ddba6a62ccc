import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { gitNow } from "../../../work/git.ts";

/** The texts of files by path. */
export type Files = Record<string, string>;

/** A real repository of Git in a folder of its own. */
export class Repository {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
    // Nothing of it is to outlive the machine.
    this.git("config", "core.fsync", "none");
    this.git("config", "user.name", "Ann");
    this.git("config", "user.email", "ann@example.com");
  }

  /** One with a first commit. */
  static of(files: Files): Repository {
    const folder = mkdtempSync(path.join(tmpdir(), "fleet-upgrade-"));
    gitNow(folder, ["init", "--quiet", "--initial-branch=main"]);
    const repository = new Repository(folder);
    repository.commit(files);
    return repository;
  }

  clone(option = "--no-tags", from = this.folder): Repository {
    const folder = mkdtempSync(path.join(tmpdir(), "fleet-upgrade-"));
    gitNow(folder, ["clone", "--quiet", option, from, "."]);
    return new Repository(folder);
  }

  /** Has the files so, those without a text gone, and commits that. @returns the commit. */
  commit(files: Record<string, string | undefined>, message = "A change"): string {
    this.write(files);
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "--message", message);
    return this.head;
  }

  write(files: Record<string, string | undefined>): void {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(this.folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      if (text === undefined) rmSync(file);
      else writeFileSync(file, text);
    }
  }

  read(name: string): string | undefined {
    const file = path.join(this.folder, name);
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
  }

  get head(): string {
    return this.git("rev-parse", "HEAD");
  }

  /** All that somebody sees of a clone: where it is, what differs there, its branches, work trees and files. */
  look(): unknown {
    return {
      head: this.git("symbolic-ref", "HEAD"),
      refs: this.git("for-each-ref"),
      status: this.git("status", "--porcelain", "--ignored"),
      files: this.files(),
    };
  }

  /** The files that Git knows, as they are in the folder. */
  files(): Files {
    const names = this.git("ls-files", "-z").split("\0");
    return Object.fromEntries(
      names.filter((name) => name !== "").map((name) => [name, this.read(name) ?? ""]),
    );
  }

  git(...args: string[]): string {
    return gitNow(this.folder, args);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Something like Immutable Fleets in its first version, of which a project begins. */
export const firstVersion: Files = {
  ".gitignore": "node_modules\n",
  "package.json": json({
    name: "immutable-fleets",
    version: "1.0.0",
    scripts: { up: "up" },
    dependencies: { zod: "4.0.0" },
  }),
  "package-lock.json": json({
    name: "immutable-fleets",
    version: "1.0.0",
    packages: {
      "": { name: "immutable-fleets", version: "1.0.0" },
      "node_modules/zod": { version: "4.0.0" },
    },
  }),
  "Pulumi.yaml": "name: immutable-fleets\n",
  "Pulumi.dev.yaml": "config: {}\n",
  "README.md": "# Immutable Fleets\n",
  "CHANGELOG.md": "# Changelog\n",
  "engine/client.ts": lines("client"),
  "engine/images.ts": lines("images"),
  "images/layer.ts": lines("layer"),
  "playbooks/ansible.cfg": "[defaults]\n",
  "playbooks/roles/base/tasks/main.yml": lines("base"),
  "playbooks/roles/site/tasks/main.yml": lines("site"),
  "apps/fleetbox/box.py": lines("box"),
  "apps/site/index.html": lines("page"),
};

/** The text of a JSON file as npm writes it. */
export function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** Twelve lines that are like no other file's; `changed` ones have another text. */
export function lines(word: string, changed: Readonly<Record<number, string>> = {}): string {
  return Array.from(
    { length: 12 },
    (_, index) => `${changed[index] ?? `${word} ${word.repeat(3)} ${index}`}\n`,
  ).join("");
}
