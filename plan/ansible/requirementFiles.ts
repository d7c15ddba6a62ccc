import { readFileSync } from "node:fs";
import * as path from "node:path";
import { homeOf, workingFolder } from "../../config/ansibleHome.ts";
import { Listing } from "./Listing.ts";
import { pathsNamed, pathTokens } from "./namedPaths.ts";

/** The files and folders of the project that requirements are: the file itself, and what of the project it names. */
export function requirementFiles(root: string, playbook: string, requirements: string): string[] {
  const folders = [path.posix.dirname(requirements), workingFolder(homeOf(root, playbook))];
  const listing = new Listing(root);
  const words = pathTokens(readFileSync(path.join(root, requirements), "utf8"));
  const named = words.flatMap((word) => folders.flatMap((folder) => pathsNamed(listing, word, folder)));
  return [...new Set([requirements, ...named])];
}
