import { readFileSync } from "node:fs";

/** Memory that a process and all that it started hold for themselves, in bytes; 0 once it has ended. */
export function residentBytes(pid: number): number {
  try {
    const [, kibibytes = "0"] = /^VmRSS:\s+(\d+) kB$/m.exec(read(pid, "status")) ?? [];
    const children = read(pid, `task/${pid}/children`)
      .split(" ")
      .filter((id) => id !== "");
    return Number(kibibytes) * 1024 + children.reduce((sum, id) => sum + residentBytes(Number(id)), 0);
  } catch {
    return 0;
  }
}

function read(pid: number, file: string): string {
  return readFileSync(`/proc/${pid}/${file}`, "utf8");
}
