#!/usr/bin/env node
import { help, readValues } from "../operations/disk/command.ts";
import { commands } from "../operations/disk/commands.ts";

/** `node commands/disk.ts COMMAND OPTIONS`: prints the result as one line of JSON, problems on standard error. */
const [name = "", ...args] = process.argv.slice(2);
const command = commands[name];

if (!command || args.includes("--help")) {
  process.stdout.write(help("node commands/disk.ts", commands, name));
  process.exitCode = command || name === "--help" ? 0 : 2;
} else {
  try {
    process.stdout.write(`${JSON.stringify(await command.run(readValues(command, args)))}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
