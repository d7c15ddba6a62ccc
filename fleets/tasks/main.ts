import { text } from "node:stream/consumers";
import { withEngine } from "../../engine/connection.ts";
import { messageOf } from "../../work/message.ts";
import { readRequest } from "../../work/request.ts";
import { keepsResult, taskRequestSchema } from "./request.ts";
import { runTask } from "./runTask.ts";

// Runs a task before a swap: a TaskRequest as JSON on standard input. Its output goes to standard error as it comes. Run by the command
// resource of the task; with `keep`, where only its box would be another one, nothing runs.
try {
  const request = readRequest(taskRequestSchema, await text(process.stdin));
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, () => {
      stop.abort();
    });
  const prefix = `${request.application}, task ${request.task}: `;
  const say = (line: string) => void process.stderr.write(`${prefix}${line}\n`);
  if (process.argv[2] !== keepsResult)
    await withEngine(request.engine, (engine) => runTask(engine, request, { say, signal: stop.signal }));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
