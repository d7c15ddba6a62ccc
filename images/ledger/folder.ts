import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { ConfigurationError } from "../../config/problem.ts";
import { gitNow } from "../../work/git.ts";
import type { Ledger } from "./Ledger.ts";

/** The folder of a project that shows its releases: `releases/<environment>/<number>.json` and what goes with them. */
export const releasesFolder = "releases";

/** What a ledger keeps, by its path there; whatever else is in the branch is nobody's release, and no key. */
const kept =
  /^(?:(?!proofs\/|keys\/)[a-z][a-z0-9-]*\/(?:[1-9]\d*\.json|swaps\.jsonl)|proofs\/[0-9a-f]{64}\.json)$/;

/** Makes the folder show what was fetched. @throws ConfigurationError where it has a release of its own beside those of the ledger. */
export function writeFolder(ledger: Ledger, tip: string | undefined): void {
  const files = filesOf(ledger, tip);
  refuseOthers(ledger, files);
  const missing = [...files].filter(([file, id]) => blobId(fullPath(ledger, file), id) !== id);
  for (const [file, content] of contentsOf(ledger, missing)) show(fullPath(ledger, file), content);
}

/** The ledger's files by path, each with the id of its content. @param folder below it, of another commit (`releases/`). */
export function filesOf(
  { root }: Pick<Ledger, "root">,
  tip: string | undefined,
  folder = "",
): Map<string, string> {
  if (tip === undefined) return new Map();
  const lines = gitNow(root, ["ls-tree", "-r", "--full-tree", `${tip}:${folder}`]).split("\n");
  return new Map(
    lines.flatMap((line) => {
      const [, id = "", file = ""] = /^100644 blob ([0-9a-f]+)\t(.+)$/.exec(line) ?? [];
      return kept.test(file) ? [[file, id] as const] : [];
    }),
  );
}

/** A release that the ledger lacks is none, once it has any of that environment. */
function refuseOthers(ledger: Ledger, files: ReadonlyMap<string, string>): void {
  const environments = new Set([...files.keys()].map((file) => path.posix.dirname(file)));
  const others = [...environments]
    .filter((name) => name !== "proofs" && existsSync(fullPath(ledger, name)))
    .flatMap((name) => readdirSync(fullPath(ledger, name)).map((file) => `${name}/${file}`))
    .filter((file) => /\/\d+\.json$/.test(file) && !files.has(file));
  if (others.length === 0) return;
  throw new ConfigurationError(
    others.map((file) => ({
      path: `${releasesFolder}/${file}`,
      expected: `only what the branch ${ledger.branch} of ${ledger.remote} has`,
      got: "a file that it lacks",
      fix: "remove it",
    })),
  );
}

function fullPath({ root }: Ledger, file: string): string {
  return path.join(root, releasesFolder, file);
}

/** The id that Git gives to a file's content, in the way that another id was made; undefined where there is none. */
function blobId(file: string, like: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const content = readFileSync(file);
  const hash = createHash(like.length === 40 ? "sha1" : "sha256");
  return hash.update(`blob ${content.length}\0`).update(content).digest("hex");
}

/** The contents of files, asked of Git at once. */
export function contentsOf(
  { root }: Pick<Ledger, "root">,
  files: readonly (readonly [file: string, id: string])[],
): Map<string, string> {
  if (files.length === 0) return new Map();
  const input = files.map(([, id]) => `${id}\n`).join("");
  let rest = Buffer.from(gitNow(root, ["cat-file", "--batch"], { input, whole: true }));
  const contents = new Map<string, string>();
  for (const [file] of files) {
    const head = rest.indexOf("\n");
    const size = Number(rest.subarray(0, head).toString().split(" ")[2]);
    contents.set(file, rest.subarray(head + 1, head + 1 + size).toString());
    rest = rest.subarray(head + 1 + size + 1);
  }
  return contents;
}

/** Another look at it puts right what a crash of the machine leaves, so the disk is not waited for. */
function show(file: string, content: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const partial = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.partial`);
  writeFileSync(partial, content);
  renameSync(partial, file);
}
