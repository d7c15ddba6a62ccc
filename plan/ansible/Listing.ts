import { readdirSync, statSync } from "node:fs";
import * as path from "node:path";

/** What is in the folders of a project, each read once: most words of a text name nothing, which is told without asking again. */
export class Listing {
  readonly root: string;
  private readonly folders = new Map<string, Set<string>>();

  constructor(root: string) {
    this.root = root;
  }

  /** The names in a folder, relative to the root; none when there is no such folder. */
  entries(folder: string): ReadonlySet<string> {
    const known = this.folders.get(folder) ?? new Set(this.read(folder));
    this.folders.set(folder, known);
    return known;
  }

  /** Whether there is such a file or folder in the root: a normal path, relative to it. */
  has(file: string): boolean {
    if (file === ".") return true;
    const folder = path.posix.dirname(file);
    return (
      file !== ".." &&
      !file.startsWith("../") &&
      this.has(folder) &&
      this.entries(folder).has(path.posix.basename(file))
    );
  }

  isFile(file: string): boolean {
    return (
      this.has(file) && statSync(path.join(this.root, file), { throwIfNoEntry: false })?.isFile() === true
    );
  }

  private read(folder: string): string[] {
    try {
      return readdirSync(path.join(this.root, folder));
    } catch {
      return [];
    }
  }
}
