import type { CanaryRequest } from "./request.ts";
import { runCanary } from "./run.ts";
import { messageOf } from "../../../work/message.ts";

// Leads a fleet's requests to a new group of boxes step by step: a CanaryRequest as JSON, the only argument. Fails with the
// reason, the requests led back, when an alarm is raised. Run by the command resource of the canary.
const stop = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const)
  process.on(signal, () => {
    stop.abort();
  });
try {
  await runCanary(JSON.parse(process.argv[2] ?? "") as CanaryRequest, stop.signal);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
