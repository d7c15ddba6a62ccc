import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { keepFolder } from "../../work/wholeFolder.ts";
import { createWhole, writeWhole } from "../../work/wholeFile.ts";

/** Something that writes files which must survive: how they are first, what is written then, and what a reader finds. */
export interface Survivor {
  prepare: (root: string) => void | Promise<void>;
  write: (root: string) => void | Promise<void>;
  /** @throws where a reader would. */
  read: (root: string) => unknown;
}

/** The ways to write what must survive; more than was there, so that a full disk cuts what is written over it. Run as a program with a name and a folder, it writes. */
export const wholeWrites: Readonly<Record<string, Survivor>> = {
  file: {
    prepare: (root) => {
      writeFileSync(path.join(root, "file"), "before".repeat(500));
    },
    write: (root) => {
      writeWhole(path.join(root, "file"), "after".repeat(5000));
    },
    read: (root) => readFileSync(path.join(root, "file"), "utf8"),
  },
  "new file": {
    prepare: () => undefined,
    write: (root) => {
      createWhole(path.join(root, "file"), "after".repeat(5000));
    },
    read: (root) => readIfAny(path.join(root, "file")),
  },
  folder: {
    prepare: (root) => {
      keepFolder(folder(root, "before"), path.join(root, "kept"));
    },
    write: (root) => {
      keepFolder(folder(root, "after"), path.join(root, "kept"));
    },
    read: (root) => ["a", "b"].map((name) => readFileSync(path.join(root, "kept", name), "utf8")),
  },
};

function folder(root: string, text: string): string {
  const made = mkdtempSync(path.join(root, "made-"));
  for (const name of ["a", "b"]) writeFileSync(path.join(made, name), text);
  return made;
}

function readIfAny(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

const [, program = "", name = "", root = ""] = process.argv;
if (program.endsWith("wholeWrites.ts")) await wholeWrites[name]?.write(root);
