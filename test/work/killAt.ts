import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

// Loaded before a program: kills it, as `kill -9` does, at its nth call that changes a file, counted from 1 in KILL_AT; with
// KILL_IN=writes at its nth write. Of a write half gets to the file, and the call never ends.
const at = Number(process.env["KILL_AT"]);
const onlyWrites = process.env["KILL_IN"] === "writes";
const changing = [
  "appendFileSync",
  "fsyncSync",
  "linkSync",
  "mkdirSync",
  "openSync",
  "renameSync",
  "rmSync",
  "writeFileSync",
] as const;
let calls = 0;

type Call = (...args: unknown[]) => unknown;
const original = { ...fs };

const isWrite = (name: string) => name.endsWith("FileSync");

for (const name of changing.filter((each) => !onlyWrites || isWrite(each))) {
  const call = original[name] as Call;
  const replaced = (...args: unknown[]) => {
    if (args[0] !== process.stdout.fd && ++calls === at) {
      if (isWrite(name)) call(args[0], half(args[1]), ...args.slice(2));
      process.kill(process.pid, "SIGKILL");
    }
    return call(...args);
  };
  (fs as unknown as Record<string, Call>)[name] = replaced;
}
syncBuiltinESMExports();

function half(content: unknown): string | Buffer {
  const whole = Buffer.from(content as string | Buffer);
  return whole.subarray(0, whole.length / 2);
}
