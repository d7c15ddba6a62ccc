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
  if (existsSync(target)) {
    swapSync(folder, target);
    rmSync(folder, { recursive: true });
  } else renameSync(folder, target);
  syncFolder(path.dirname(target));
}
