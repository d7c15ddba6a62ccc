import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";
import * as path from "node:path";

/** Content digests by path below a root, sorted by path. */
export type FileDigests = Record<string, string>;

/** Made by tools beside the sources, wherever they are. */
const byproduct = /(^|\/)(\.git|__pycache__|[^/]+\.pyc)$/;
/** Beside what Ansible reads of a role. A file of such a name deeper in, or in an application, may be part of an image. */
const besideRole = /^playbooks\/roles\/[^/]+\/(README\.md|CHANGELOG\.md|LICENSE|molecule|tests|\.github)$/;

/**
 * SHA-256 of every file below the given paths: content, executable bit and link target; never times or owners. What a link leads
 * to in the root counts too, by its own path.
 * @param isLeftOut whether a path within the given ones is passed over, with all below it.
 * @throws Error when a path does not exist.
 */
export function digestFiles(
  root: string,
  paths: readonly string[],
  isLeftOut: (path: string) => boolean = () => false,
): FileDigests {
  const digests: FileDigests = {};
  for (const start of paths) collect(root, start, digests, isLeftOut);
  return Object.fromEntries(Object.entries(digests).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function collect(
  root: string,
  relative: string,
  digests: FileDigests,
  isLeftOut: (path: string) => boolean,
): void {
  if (relative in digests) return;
  const full = path.join(root, relative);
  const stats = lstatSync(full);
  if (stats.isDirectory()) {
    for (const entry of readdirSync(full)) {
      const below = path.posix.join(relative, entry);
      if (byproduct.test(below) || besideRole.test(below) || isLeftOut(below)) continue;
      collect(root, below, digests, isLeftOut);
    }
  } else if (stats.isSymbolicLink()) {
    digests[relative] = sha256(`link ${readlinkSync(full)}`);
    for (const target of linkTarget(root, full)) collect(root, target, digests, isLeftOut);
  } else if (stats.isFile()) {
    const executable = (stats.mode & 0o111) !== 0 ? "x" : "-";
    digests[relative] = createHash("sha256").update(executable).update(readFileSync(full)).digest("hex");
  }
}

/** Where a link leads, relative to the root; nowhere when that is beyond it, a folder around the link, or not there. */
function linkTarget(root: string, link: string): string[] {
  if (!existsSync(link)) return [];
  const from = realpathSync(root);
  const target = path.relative(from, realpathSync(link));
  const folder = path.relative(from, realpathSync(path.dirname(link)));
  const isAround = target === "" || `${folder}/`.startsWith(`${target}/`);
  return isAround || target.split("/")[0] === ".." ? [] : [target];
}

/** Hexadecimal SHA-256 of a text. */
export function sha256(text: string | Uint8Array): string {
  return createHash("sha256").update(text).digest("hex");
}

/** JSON with sorted keys, so that equal values give equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
