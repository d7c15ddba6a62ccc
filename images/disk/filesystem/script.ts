import { nameOf, parentOf, type ContentRange } from "../layer/entry.ts";
import type { Attributes, TreeChange, LinkCount } from "./change.ts";

/** debugfs commands that can be run from one script, or a single one that must be an argument. */
export type DebugfsStep = { script: string[] } | { request: string };

/** What debugfs is to do, and the files that it reads, by name in its working folder. */
export interface Script {
  steps: DebugfsStep[];
  files: Map<string, ContentRange | Buffer>;
}

/** debugfs reads script lines into a buffer of 8,192 bytes (debugfs.c, source_file). */
const longestLine = 8000;

/** Name at the root under which something is made that cannot be named in a script. */
const stagingName = ".fleet-disk-staging";

/** Renders changes as debugfs commands. Pure: the same changes give the same commands. */
export function renderChanges(changes: TreeChange[]): Script {
  const files: Script["files"] = new Map();
  let directory = "";
  const lines = changes.flatMap((change) => {
    const creation = creationOf(change, files);
    if (!creation) return change.do === "freeBlock" ? freeing(change.block, files) : [removal(change)];
    const parent = parentOf(change.path);
    const here = creation(nameOf(change.path));
    const enter = `cd ${quotePath(parent)}`;
    if (isUnsafe(here) || isUnsafe(enter)) {
      directory = ""; // what follows is run by a new debugfs
      return byRequest(change, creation);
    }
    const moves = parent === directory ? [] : [enter];
    directory = parent;
    return [...moves, here];
  });
  return { steps: groupLines(lines), files };
}

/**
 * How something is made under a plain name in the working directory. Paths would do for some commands, but those take the
 * root of "/name" for the working directory (debugfs 1.47), and `write` and `mknod` make a name with slashes in it.
 */
function creationOf(change: TreeChange, files: Script["files"]): ((name: string) => string) | undefined {
  switch (change.do) {
    case "writeFile": {
      const file = addFile(files, change.content);
      return (name) => `write ${file} ${quote(name)}`;
    }
    case "makeNode":
      return (name) => `mknod ${quote(name)} ${nodeArguments(change)}`;
    case "makeDirectory":
      return (name) => `mkdir ${quote(name)}`;
    case "makeSymlink":
      return (name) => `symlink ${quote(name)} ${quote(change.target)}`;
    case "makeLink":
      return (name) => `ln ${quotePath(change.target)} ${quote(name)}`;
    default:
      return undefined;
  }
}

/**
 * Commands for what no script can name. A request is run by a debugfs of its own, in the root, so that paths do; only for
 * `write` and `mknod` something is made at the root first, and linked to where it belongs.
 */
function byRequest(change: TreeChange, creation: (name: string) => string): string[] {
  const path = quotePath(change.path);
  if (change.do === "makeDirectory") return [`mkdir ${path}`];
  if (change.do === "makeSymlink") return [`symlink ${path} ${quote(change.target)}`];
  if (change.do === "makeLink") return [`ln ${quotePath(change.target)} ${path}`];
  return [`cd "/"`, creation(stagingName), `ln "/${stagingName}" ${path}`, `unlink "/${stagingName}"`];
}

function nodeArguments({ type, major, minor }: Extract<TreeChange, { do: "makeNode" }>): string {
  return { "character-device": `c ${major} ${minor}`, "block-device": `b ${major} ${minor}`, fifo: "p" }[
    type
  ];
}

/**
 * Frees a block that no file owns: debugfs's own `freeb` leaves the counts of free blocks wrong (1.47), so an empty file is
 * given the block, in the old way without extents, and removed.
 */
function freeing(block: number, files: Script["files"]): string[] {
  const path = quotePath(stagingName);
  const fields = ["flags 0", `block[0] ${block}`, "block[1] 0", "size 4096", "blocks 8"].map(
    (field) => `sif ${path} ${field}`,
  );
  return [`write ${addFile(files, Buffer.alloc(0))} ${quote(stagingName)}`, ...fields, `rm ${path}`];
}

/** Removals come before anything else, in the root. */
function removal(change: TreeChange): string {
  const path = quotePath(change.path);
  return `${change.do === "removeDirectory" ? "rmdir" : "rm"} ${path}`;
}

/**
 * Renders metadata, by inode number: looking 100,000 paths up takes debugfs four times as long as all the rest.
 * Times are written as "@seconds", so that debugfs does not take them for a date such as 20380119.
 * @param inodeOf number of the inode at a path, after the changes.
 */
export function renderAttributes(
  attributes: Attributes[],
  linkCounts: LinkCount[],
  inodeOf: (path: string) => number,
): Script {
  const files: Script["files"] = new Map();
  const lines = attributes.flatMap(({ path, mode, uid, gid, mtimeSeconds, xattrs, staleXattrs }) => {
    const inode = `<${inodeOf(path)}>`;
    const values = [...xattrs].sort(([a], [b]) => (a < b ? -1 : 1));
    const times = ["atime", "ctime", "mtime", "crtime"].map(
      (field) => `sif ${inode} ${field} @${mtimeSeconds}`,
    );
    return [
      ...staleXattrs.map((name) => `ea_rm ${inode} ${quote(name)}`),
      ...values.map(([name, value]) => `ea_set -f ${addFile(files, value)} ${inode} ${quote(name)}`),
      ...[`sif ${inode} mode 0${mode.toString(8)}`, `sif ${inode} uid ${uid}`, `sif ${inode} gid ${gid}`],
      ...times,
    ];
  });
  const counts = linkCounts.map(({ path, links }) => `sif <${inodeOf(path)}> links_count ${links}`);
  return { steps: groupLines([...lines, ...counts]), files };
}

function addFile(files: Script["files"], content: ContentRange | Buffer): string {
  const name = String(files.size);
  files.set(name, content);
  return name;
}

/** Quotes as libss reads it: a doubled quote inside quotes is one quote. */
function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function quotePath(path: string): string {
  return quote(`/${path}`);
}

function isUnsafe(line: string): boolean {
  return /[\n\r]/.test(line) || Buffer.byteLength(line) > longestLine;
}

function groupLines(lines: string[]): DebugfsStep[] {
  const steps: DebugfsStep[] = [];
  for (const line of lines) {
    const last = steps.at(-1);
    if (isUnsafe(line)) steps.push({ request: line });
    else if (last && "script" in last) last.script.push(line);
    else steps.push({ script: [line] });
  }
  return steps;
}
