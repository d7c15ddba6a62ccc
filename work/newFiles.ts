import { existsSync, rmSync } from "node:fs";
import * as path from "node:path";
import { createWhole } from "./wholeFile.ts";

/**
 * Writes files into a folder, which is made; all of them, or none.
 * @param refusal what is said of one that is there already.
 * @returns their paths.
 * @throws Error that names each one that is there already.
 */
export function writeNew(
  folder: string,
  files: Readonly<Record<string, string>>,
  refusal: (file: string) => string,
): string[] {
  const wanted = Object.entries(files).map(([name, text]) => [path.join(folder, name), text] as const);
  const present = wanted.map(([file]) => file).filter((file) => existsSync(file));
  if (present.length > 0) throw new Error(present.map(refusal).join("\n"));
  const written: string[] = [];
  try {
    for (const [file, text] of wanted) {
      if (!createWhole(file, text)) throw new Error(refusal(file));
      written.push(file);
    }
  } catch (error) {
    for (const file of written) rmSync(file);
    throw error;
  }
  return written;
}
