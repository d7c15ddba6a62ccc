import type { Random } from "../random.ts";
import type { FarSystem } from "../far/farSystem.ts";
import { heardMilliseconds, type Killed } from "../../load/lost.ts";

/** What is done to a system while exchanges go on. @returns what of them may have been cut; undefined: nothing. */
export interface Event {
  fault: string;
  happen(system: FarSystem, random: Random): Promise<Killed | undefined>;
}

/** All of them. */
export const events: readonly Event[] = [
  {
    fault: "boxes of all fleets swapped under long exchanges",
    happen: (system, random) => up(system, (fleet) => (fleet.environment = { CHANGE: unlike(random) })),
  },
  {
    fault: "the edge swapped under long exchanges",
    // Its longest drain is part of its configuration.
    happen: (system, random) => up(system, (fleet) => (fleet.drainSeconds = 31 + random.below(1000))),
  },
  ...(["a box", "the edge", "the door", "the accessory"] as const).map((kind) => ({
    fault: `SIGKILL of ${kind} under long exchanges`,
    happen: async (system: FarSystem, random: Random) => {
      const part = random.oneOf((await system.parts()).filter((each) => each.kind === kind));
      const from = performance.now();
      await system.engine.crash(part.id ?? "");
      const killed = { from, until: performance.now() + heardMilliseconds, away: part.away, cuts: part.cuts };
      // Exchanges through the web tier tell of the box behind it.
      const answersItself = kind === "a box" && part.cuts.length === 1;
      return answersItself ? { ...killed, box: part.name } : killed;
    },
  })),
];

interface Fleet {
  environment?: Record<string, string>;
  drainSeconds?: number;
}

interface StackFile {
  config: Record<"immutable-fleets:environment", { fleets: Record<string, Fleet> }>;
}

async function up(system: FarSystem, change: (fleet: Fleet) => unknown): Promise<undefined> {
  system.sandbox.edit("Pulumi.dev.yaml", (document: StackFile) => {
    Object.values(document.config["immutable-fleets:environment"].fleets).forEach(change);
  });
  const told = await system.succeeds("up");
  if (!/Container \S+ replaced/.test(told)) throw new Error(`up: expected it to swap, got:\n${told}`);
  return undefined;
}

function unlike(random: Random): string {
  return String(random.below(2 ** 32));
}
