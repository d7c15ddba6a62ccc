import { text } from "node:stream/consumers";
import { withEngine } from "../../engine/connection.ts";
import { messageOf } from "../../work/message.ts";
import { readRequest } from "../../work/request.ts";
import { EdgeRuntime } from "../edge/EdgeRuntime.ts";
import { leave } from "./leave.ts";
import { leaveRequestSchema } from "./request.ts";

// Takes a box out of the edges, waits for what is under way and stops it: a LeaveRequest as JSON on standard input. Run by the command
// resource of its end, before its container is removed.
try {
  const request = readRequest(leaveRequestSchema, await text(process.stdin));
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, () => {
      interrupted.abort();
    });
  const say = (line: string) => void process.stderr.write(`${request.name}: ${line}\n`);
  await withEngine(request.engine, (engine) =>
    leave(request, {
      engine,
      edgeOf: (id) => new EdgeRuntime(id, engine),
      say,
      signal: interrupted.signal,
    }),
  );
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
