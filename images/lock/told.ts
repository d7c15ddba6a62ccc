import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import type { LockedPlace } from "../../plan/lockedPackages.ts";
import { shownIndexes } from "./indexed.ts";

/** What the scripts of a build told: the files that apt installed, and the indexes that it had. */
export function toldByBuild(folder: string): LockedPlace {
  const text = ["root.told", "layer.told"]
    .map((name) => path.join(folder, name))
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, "utf8"))
    .join("");
  const packages = [...text.matchAll(/^package (\S+) (\S+) ([0-9a-f]{64})$/gm)].map(
    ([, id = "", version = "", sha256 = ""]) => [id, { version, sha256 }] as const,
  );
  return { packages: Object.fromEntries(packages), indexes: shownIndexes(text) };
}
