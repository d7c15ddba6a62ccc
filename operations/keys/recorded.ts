import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { fetchedTips } from "../../images/ledger/fetch.ts";
import { contentsOf, filesOf, releasesFolder } from "../../images/ledger/folder.ts";
import { ledgerOf } from "../../images/ledger/Ledger.ts";
import { gitNow } from "../../work/git.ts";

/** What is signed, of all that is recorded: entries of the releases, and statements of images. */
const signedFile = /^(?:[a-z][a-z0-9-]*\/[1-9]\d*|proofs\/[0-9a-f]{64})\.json$/;

/**
 * The signed files of a project by their places in its releases, with their text: as they are now, or as they were when a release had just been
 * recorded. That is asked of Git, which knows what came after what, whatever time a commit or an entry names.
 * @param after a release: `dev/17`.
 */
export function recordedFiles(root: string, after?: string): Map<string, string> {
  const ledger = ledgerOf(root);
  if (!ledger && after === undefined) return filesHere(path.join(root, releasesFolder));
  const tip = ledger ? fetchedTips(ledger).entries : "HEAD";
  const folder = ledger ? "" : `${gitNow(root, ["rev-parse", "--show-prefix"])}${releasesFolder}/`;
  const commit = after === undefined ? tip : commitOf(root, tip, folder, after);
  if (commit === undefined) return new Map();
  const present = [...filesOf({ root }, commit, folder)].filter(([file]) => signedFile.test(file));
  return contentsOf({ root }, present);
}

/** The commit by which a release came. */
function commitOf(root: string, tip: string | undefined, folder: string, release: string): string {
  const added = ["log", "--diff-filter=A", "--no-renames", "--format=%H", tip ?? "HEAD", "--"];
  const commits = gitNow(root, [...added, `:(top,literal)${folder}${release}.json`]).split("\n");
  const first = commits.at(-1) ?? "";
  if (first !== "") return first;
  throw new Error(
    `--after: expected a release that is recorded (dev/17), got ${release}; npm run releases lists them`,
  );
}

function filesHere(folder: string): Map<string, string> {
  if (!existsSync(folder)) return new Map();
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const files = names.map((name) => name.split(path.sep).join("/")).filter((name) => signedFile.test(name));
  return new Map(files.sort().map((file) => [file, readFileSync(path.join(folder, file), "utf8")]));
}
