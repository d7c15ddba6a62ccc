import { writtenCommand } from "./commandFault.ts";
import type { ForeignService } from "./ForeignService.ts";
import type { SayLine } from "./told.ts";

/** The path that says that an application can serve: that of the request that its own check makes, else the root. */
export function healthOfServed({ path, health, name }: ForeignService, port: number, say: SayLine): string {
  if (health?.urlPath !== undefined && (health.port === undefined || health.port === port))
    return health.urlPath;
  if (health?.command)
    say(
      "left",
      health.path,
      `is no request of its port, and the edge asks / instead; name a path in applications.${name}.health that answers 200 while it can serve`,
    );
  else
    say(
      "todo",
      path,
      "the edge asks / for its health; name another path in `health` where that does not answer 200",
    );
  return "/";
}

/** The command that says that a worker works. */
export function readyOfWorker({ health }: ForeignService, say: SayLine): { ready?: string[] } {
  const ready = health && writtenCommand(health.path, health.command, say);
  return ready ? { ready } : {};
}
