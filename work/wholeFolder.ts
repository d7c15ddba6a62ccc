import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from "node:fs";
import * as path from "node:path";
import { swapSync } from "fs-native-extensions";
import { syncFolder } from "./wholeFile.ts";

/** Makes a folder of files, on the same file system, the one of that name: always the old one or the new one is there, whole. */
export function keepFolder(folder: string, target: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = openSync(path.join(folder, entry.name), "r");
    fsyncSync(file);
    closeSync(file);
  }
  syncFolder(folder);
  mkdirSync(path.dirname(target), { recursive: true });
  if (existsSync(target) || !isFirst(folder, target)) {
    swapSync(folder, target);
    rmSync(folder, { recursive: true });
  }
  syncFolder(path.dirname(target));
}

/** Renames it where there is none of that name. @returns whether there was none: another process may have been first meanwhile. */
function isFirst(folder: string, target: string): boolean {
  try {
    renameSync(folder, target);
    return true;
  } catch (error) {
    if (["ENOTEMPTY", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) return false;
    throw error;
  }
}
