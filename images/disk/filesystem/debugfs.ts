import { execute, type ExecuteResult } from "../../../work/execute.ts";
import { nameBytes, nameText } from "../../archive/nameText.ts";
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

async function run(
  args: string[],
  { cwd, writeAtSeconds }: DebugfsOptions,
  script?: string,
): Promise<string> {
  const all = writeAtSeconds === undefined ? args : ["-w", ...args];
  const common = {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...fixedClock(writeAtSeconds ?? 0), DEBUGFS_PAGER: "cat" },
    encoding: "latin1" as const,
  };
  const { stdout, stderr } = all.every((each) => each.isWellFormed())
    ? await execute("debugfs", all, {
        ...common,
        ...(script === undefined ? {} : { input: nameBytes(script) }),
        package: "e2fsprogs",
      })
    : await byBytes("debugfs", all, common);
  refuseComplaints(textOf(stderr));
  return textOf(stdout);
}

/** Runs a program with arguments that are no UTF-8, which only another program can hand over: xargs reads them as bytes. */
function byBytes(
  program: string,
  args: string[],
  options: { cwd?: string; env: Record<string, string>; encoding: "latin1" },
): Promise<ExecuteResult> {
  const input = Buffer.concat(args.flatMap((each) => [nameBytes(each), Buffer.alloc(1)]));
  const once = ["--null", "--exit", `--max-args=${args.length}`, program];
  return execute("xargs", once, { ...options, input, package: "findutils" });
}

function textOf(output: string): string {
  return nameText(Buffer.from(output, "latin1"));
}

/** debugfs exits with 0 whatever happens; anything that it says besides its version is an error. */
function refuseComplaints(stderr: string): void {
  const complaints = stderr.split("\n").filter((line) => line.trim() !== "" && !/^debugfs \d/.test(line));
  if (complaints.length === 0) return;
  throw new Error(
    `debugfs: expected no complaint, got ${complaints.length}, first: ${complaints.slice(0, 5).join(" | ")}`,
  );
}
