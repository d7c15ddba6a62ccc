import { readFileSync } from "node:fs";
import * as path from "node:path";

/** The text of a program that a box is given on its command line, in Python, made of one file of a folder or of several, in their order. */
export function programText(folder: string, ...files: readonly string[]): string {
  return files.map((each) => readFileSync(path.join(folder, each), "utf8")).join("\n\n");
}
