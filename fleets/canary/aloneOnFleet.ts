import { sha256 } from "../../plan/digest.ts";
import { withLock } from "../../work/lock.ts";
import type { FleetPlace } from "./request.ts";

/** The name of the lock that whoever works on the boxes of a fleet holds. @param kind of work: `canary`, `turns`. */
export function fleetLock(kind: string, { network, fleet }: Pick<FleetPlace, "network" | "fleet">): string {
  return `${kind}-${sha256(`${network} ${fleet}`).slice(0, 16)}`;
}

/** Works on a fleet, one at a time: the gate of an update that was killed may go on. @param work is given who tells of it, line by line. */
export function aloneOnFleet(
  lock: string,
  fleet: string,
  work: (say: (line: string) => void) => Promise<void>,
): Promise<void> {
  const say = (line: string) => void process.stderr.write(`${fleet}: ${line}\n`);
  const waiting = () => {
    say("waiting for the gate of an update that was killed to end");
  };
  return withLock(lock, waiting, () => work(say));
}
