import { readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";

/** Why programs cannot be traced here; undefined: they can. */
export async function untraceable(): Promise<string | undefined> {
  for (const program of [
    ["strace", "true"],
    ["ansible-playbook", "--version"],
  ] as const) {
    const { failed } = await execa(program[0], [program[1]], { reject: false });
    if (failed) return `${program[0]}: expected on PATH and allowed to run, got a failure`;
  }
  return undefined;
}

/**
 * The files of a project that a program and all that it starts open for reading, by their real paths below the root, sorted;
 * without what Python compiles. @throws Error with the program's output when it fails.
 */
export async function openedFiles(
  root: string,
  command: readonly string[],
  options: { cwd: string; env: Record<string, string> },
): Promise<string[]> {
  const trace = path.join(root, "..", `${path.basename(root)}.trace`);
  const flags = [
    "-f",
    "--seccomp-bpf",
    "-qq",
    "-y",
    "-s",
    "0",
    "-e",
    "trace=openat,open",
    "-e",
    "signal=none",
    "-o",
    trace,
  ];
  try {
    const result = await execa("strace", [...flags, "--", ...command], {
      ...options,
      reject: false,
      all: true,
    });
    if (result.failed) throw new Error(result.all);
    const from = `${realpathSync(root)}/`;
    const opened = readFileSync(trace, "utf8")
      .split("\n")
      .filter((line) => !/O_WRONLY|O_CREAT|O_DIRECTORY/.test(line))
      .map((line) => / = \d+<(.*)>$/.exec(line)?.[1] ?? "")
      .filter((file) => file.startsWith(from) && !/__pycache__/.test(file))
      .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true);
    return [...new Set(opened.map((file) => file.slice(from.length)))].sort();
  } finally {
    rmSync(trace, { force: true });
  }
}

/** The real paths of files, relative to the root. */
export function realPaths(root: string, files: readonly string[]): string[] {
  const from = realpathSync(root);
  return [...new Set(files.map((file) => path.relative(from, realpathSync(path.join(root, file)))))].sort();
}
