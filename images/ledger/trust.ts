import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { gitNow } from "../../work/git.ts";
import { fetchedTips } from "./fetch.ts";
import { ledgerOf, type Ledger } from "./Ledger.ts";

/** The folder of whom the project trusts: whoever may commit there decides who may release. */
export const trustFolder = "releases/keys";

/** Names of the files of whom the project trusts: as the protected branch has them where there is a ledger, else this clone. */
export function trustedFiles(root: string): string[] {
  const ledger = ledgerOf(root);
  if (ledger) return [...protectedFiles(ledger).keys()];
  const folder = path.join(root, trustFolder);
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** The content of one of them; undefined where there is none. */
export function trustedFile(root: string, name: string): string | undefined {
  const ledger = ledgerOf(root);
  if (ledger) return protectedFiles(ledger).get(name);
  const file = path.join(root, trustFolder, name);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** Where that folder is, in words. */
export function trustPlace(root: string): string {
  const ledger = ledgerOf(root);
  return ledger ? `${trustFolder} in the branch ${ledger.trusted} of ${ledger.remote}` : trustFolder;
}

const known = new Map<string, ReadonlyMap<string, string>>();

/** Those of the protected branch, as it was fetched; what is checked out says nothing. */
function protectedFiles(ledger: Ledger): ReadonlyMap<string, string> {
  const { root } = ledger;
  const commit = fetchedTips(ledger).trusted;
  const name = `${root}\n${commit}`;
  const present = known.get(name);
  if (present) return present;
  // Paths of a project that is a folder of a greater repository begin there.
  const folder = `${commit}:${gitNow(root, ["rev-parse", "--show-prefix"])}${trustFolder}`;
  const files = new Map(
    namesIn(root, folder).map(
      (name) => [name, gitNow(root, ["cat-file", "blob", `${folder}/${name}`], { whole: true })] as const,
    ),
  );
  known.set(name, files);
  return files;
}

function namesIn(root: string, folder: string): string[] {
  try {
    gitNow(root, ["rev-parse", "--verify", "--quiet", folder]);
  } catch {
    return [];
  }
  const lines = gitNow(root, ["ls-tree", folder]).split("\n");
  return lines.flatMap((line) => /^100(?:644|755) blob [0-9a-f]+\t(.+)$/.exec(line)?.[1] ?? []);
}
