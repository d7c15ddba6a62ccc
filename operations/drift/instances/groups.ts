import type { ImageFile } from "../../../images/proof/contents.ts";
import { sha256 } from "../../../plan/digest.ts";

/** How many groups the files of a box are told in: together their digests fit into one answer. */
export const groupCount = 512;
/** Bytes of a group's digest, as root_facts.py cuts it. */
const digestBytes = 16;
/** What root_facts.py looks at. */
const comparedTypes = new Set(["file", "directory", "symlink", "fifo"]);

/** What an image has, as root_facts.py tells it of a box: lines by path, in groups. */
export interface FileGroups {
  /** Hexadecimal, by group. */
  digests: string[];
  /** `file 644 0:0 3f5a…` by path, without a leading slash; by group. */
  files: ReadonlyMap<string, string>[];
}

/** The group of a path, which follows from its name alone. */
export function pathGroup(path: string): number {
  return parseInt(sha256(path).slice(0, 8), 16) % groupCount;
}

/** The groups of an image's files, apart from those that a box need not have. */
export function imageGroups(files: readonly ImageFile[], isLeftOut: (path: string) => boolean): FileGroups {
  const groups = Array.from({ length: groupCount }, () => new Map<string, string>());
  const compared = files
    .map((file) => ({ ...file, path: file.path.slice(1) }))
    .filter(({ path, type }) => comparedTypes.has(type) && !isLeftOut(path))
    .sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  for (const file of compared) groups[pathGroup(file.path)]?.set(file.path, lineOf(file));
  return { digests: groups.map(digestOf), files: groups };
}

function lineOf({ type, mode, uid, gid, sha256: content, target }: ImageFile): string {
  return `${type} ${parseInt(mode, 8).toString(8)} ${uid}:${gid} ${content ?? target ?? ""}`.trimEnd();
}

function digestOf(files: ReadonlyMap<string, string>): string {
  const text = [...files].map(([path, line]) => `${path}\0${line}\n`).join("");
  return sha256(text).slice(0, 2 * digestBytes);
}

/** The digests that a box printed of its groups. */
export function printedDigests(base64: string): string[] {
  const bytes = Buffer.from(base64, "base64");
  return Array.from({ length: groupCount }, (_, group) =>
    bytes.subarray(group * digestBytes, (group + 1) * digestBytes).toString("hex"),
  );
}
