import { closeSync, openSync, readSync } from "node:fs";

/** Programs that write an archive uncompressed, and what the archives that they read begin with. */
const programs: readonly [name: string, magic: string][] = [
  ["gzip", "1f8b"],
  ["xz", "fd377a585a00"],
  ["zstd", "28b52ffd"],
  ["bzip2", "425a68"],
];

/** The command that writes a file's content uncompressed, by the first bytes of the file (as file(1) tells them). */
export function uncompress(file: string): [string, ...string[]] {
  const program = programs.find(([, magic]) => firstBytes(file).startsWith(magic));
  return program ? [program[0], "--decompress", "--stdout", file] : ["cat", file];
}

function firstBytes(file: string): string {
  const bytes = Buffer.alloc(6);
  const opened = openSync(file, "r");
  try {
    return bytes.toString("hex", 0, readSync(opened, bytes));
  } finally {
    closeSync(opened);
  }
}
