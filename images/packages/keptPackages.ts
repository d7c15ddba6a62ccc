import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { keepFolder } from "../../work/wholeFolder.ts";

/** What the packages of a folder must be, digest by name; the end of what is kept. */
const marks = "digests.json";

/** Paths of the packages that are kept in a folder, in the order of their names; none where there are none, or one is damaged. */
export function keptPackages(folder: string): string[] {
  try {
    const noted = readFileSync(path.join(folder, marks), "utf8");
    return noted === digestsOf(folder) ? packagesIn(folder) : [];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** Keeps the packages of one folder as another, in the place of what is there. @returns their paths. */
export function keepPackages(made: string, folder: string): string[] {
  writeFileSync(path.join(made, marks), digestsOf(made));
  keepFolder(made, folder);
  return packagesIn(folder);
}

function packagesIn(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name !== marks);
  return names.sort().map((name) => path.join(folder, name));
}

function digestsOf(folder: string): string {
  const digest = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex");
  return JSON.stringify(
    Object.fromEntries(packagesIn(folder).map((file) => [path.basename(file), digest(file)])),
  );
}
