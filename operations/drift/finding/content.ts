import { isIn } from "../../../plan/volatile.ts";
import type { WantedBox } from "../../state/box.ts";
import type { DriftFinding } from "./finding.ts";

/** What was seen inside of one box. */
export interface Inside {
  /** Lines of `docker diff`: `A /path`, `C /path`, `D /path`. */
  changes: readonly string[];
  /** Lines of `/proc/1/mounts` there; undefined when they could not be read. */
  mounts: readonly string[] | undefined;
  /** Paths of the volumes that its image declares. */
  volumes?: readonly string[];
  /** What lies in the volatile paths: owner's id, octal mode, type (`f`, `l`, …) and path. */
  volatile: readonly { uid: number; mode: number; type: string; path: string }[];
  /** Processes: id, parent's id, command line. */
  processes: readonly { pid: number; parent: number; command: string }[];
  /** The first process, as the engine's host numbers it. */
  firstPid: number;
  /** User id that the box runs as. */
  uid: number;
  /** Whether the engine has put a first process of its own into it. */
  hasInit?: boolean;
}

/** Paths that the engine itself puts in place. */
const enginePaths = [
  "/dev",
  "/etc/hosts",
  "/etc/hostname",
  "/etc/resolv.conf",
  "/proc",
  "/sys",
  "/.dockerenv",
];
/** … and its first process, wherever a link leads to. */
const initPaths = ["/sbin/docker-init", "/usr/sbin/docker-init", "/usr/bin/docker-init"];
/** How many files of one kind are told one by one. */
const toldFiles = 10;
const kinds: Record<string, string> = { A: "added", C: "changed", D: "removed" };

/** What differs inside a box from its image: files, rights of the root, strangers among its volatile files and processes. */
export function contentDrift(box: WantedBox, inside: Inside): DriftFinding[] {
  const found = [
    ...shorten(fileChanges(box, inside)),
    ...writableRoot(box, inside.mounts),
    ...shorten(strangeFiles(box, inside)),
    ...strangeProcesses(inside),
  ];
  return found.map((what) => ({ kind: "content", subject: box.name, what, repairUrn: box.urn }));
}

/** Files of the image that were changed; a folder counts only if nothing in it says why, mount points never. */
function fileChanges(box: WantedBox, { changes, volumes: inherited, hasInit = false }: Inside): string[] {
  const covered = [
    ...[...Object.keys(box.tmpfs), ...Object.keys(box.volumes), ...enginePaths],
    ...(inherited ?? []),
    ...(hasInit ? initPaths : []),
  ];
  const parsed = changes.map((line) => ({ change: line.slice(0, 1), path: line.slice(2) }));
  return parsed
    .filter(({ path }) => !covered.some((mount) => path === mount || path.startsWith(`${mount}/`)))
    .filter(({ change, path }) => {
      if (change === "D") return true;
      const inner = parsed.filter((other) => other.path.startsWith(`${path}/`));
      return inner.length === 0 && !(change === "A" && covered.some((mount) => mount.startsWith(`${path}/`)));
    })
    .filter(({ path }) => !covered.some((mount) => mount.startsWith(`${path}/`)))
    .map(({ change, path }) => `file ${path} ${kinds[change] ?? "changed"}`);
}

function writableRoot(box: WantedBox, mounts: readonly string[] | undefined): string[] {
  const root = mounts?.map((line) => line.split(" ")).findLast(([, path]) => path === "/");
  const writable = root?.[3]?.split(",").includes("rw") ?? false;
  return box.readOnly && writable ? ["root file system was made writable"] : [];
}

/** Files in volatile paths that the box's own user did not make, or that could be run; a box of root may do either. */
function strangeFiles({ tmpfs }: WantedBox, { volatile, uid }: Inside): string[] {
  if (uid === 0) return [];
  return volatile
    .filter(({ type }) => type !== "d" && type !== "s" && type !== "p")
    .flatMap(({ uid: owner, mode, type, path }) => {
      if (owner !== uid)
        return [`file ${path} in a volatile path belongs to user ${owner}, not to the box's ${uid}`];
      return type === "f" && (mode & 0o111) !== 0 && !mayRun(path, tmpfs)
        ? [`file ${path} in a volatile path is a program`]
        : [];
    });
}

/** Whether the innermost of the paths in memory that a file lies in is one where programs may be run. */
function mayRun(file: string, tmpfs: WantedBox["tmpfs"]): boolean {
  const around = Object.keys(tmpfs).filter((path) => isIn(file, path));
  const [inner = ""] = around.sort((a, b) => b.length - a.length);
  return (tmpfs[inner] ?? "").split(",").includes("exec");
}

/** Processes that do not descend from the box's first one were started from outside. */
function strangeProcesses({ processes, firstPid }: Inside): string[] {
  if (firstPid === 0) return [];
  const parents = new Map(processes.map(({ pid, parent }) => [pid, parent]));
  const isOwn = (pid: number): boolean => {
    if (pid === firstPid) return true;
    const parent = parents.get(pid);
    return parent !== undefined && isOwn(parent);
  };
  return processes
    .filter(({ pid }) => !isOwn(pid))
    .map(({ command }) => `process ${program(command)} was started from outside the box`);
}

/** Only the program: arguments may hold secrets. */
function program(command: string): string {
  return command.split(" ")[0] ?? "";
}

/** The first lines of many, and how many files more. */
export function shorten(lines: string[]): string[] {
  if (lines.length <= toldFiles) return lines;
  return [...lines.slice(0, toldFiles), `${lines.length - toldFiles} more files`];
}
