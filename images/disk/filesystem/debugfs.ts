import { execute } from "../../../work/execute.ts";
import { device, fixedClock, type FileSystem } from "./fileSystem.ts";

/** How debugfs is run. */
export interface DebugfsOptions {
  /** Folder that the script's file names are relative to; default: the current one. */
  cwd?: string;
  /** Present: the file system may be written, with this clock (seconds since 1970). */
  writeAtSeconds?: number;
}

/** Runs commands, one per line, read from standard input; answers what debugfs printed. */
export async function debugfsScript(
  fileSystem: FileSystem,
  lines: string[],
  options: DebugfsOptions = {},
): Promise<string> {
  return run(["-f", "-", device(fileSystem)], options, `${lines.join("\n")}\n`);
}

/** Runs one command given as an argument: the only way for a name with a line break, since scripts are read by line. */
export async function debugfsRequest(
  fileSystem: FileSystem,
  line: string,
  options: DebugfsOptions = {},
): Promise<string> {
  return run(["-R", line, device(fileSystem)], options);
}

async function run(args: string[], { cwd, writeAtSeconds }: DebugfsOptions, input?: string): Promise<string> {
  const { stdout, stderr } = await execute("debugfs", writeAtSeconds === undefined ? args : ["-w", ...args], {
    ...(cwd === undefined ? {} : { cwd }),
    ...(input === undefined ? {} : { input }),
    env: { ...fixedClock(writeAtSeconds ?? 0), DEBUGFS_PAGER: "cat" },
    package: "e2fsprogs",
  });
  refuseComplaints(stderr);
  return stdout;
}

/** debugfs exits with 0 whatever happens; anything that it says besides its version is an error. */
function refuseComplaints(stderr: string): void {
  const complaints = stderr.split("\n").filter((line) => line.trim() !== "" && !/^debugfs \d/.test(line));
  if (complaints.length === 0) return;
  throw new Error(
    `debugfs: expected no complaint, got ${complaints.length}, first: ${complaints.slice(0, 5).join(" | ")}`,
  );
}
