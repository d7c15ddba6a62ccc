import { underLoad } from "../../load/load.ts";
import type { Kind, Subject, Try } from "../kind.ts";
import type { Random } from "../random.ts";
import { inconsistencies } from "../system/consistency.ts";
import { createSystem, type System } from "../system/system.ts";
import { killedCommands } from "./commands.ts";
import type { KilledCommand } from "./KilledCommand.ts";
import { noRepository, publishNews } from "./freshen.ts";
import { killedAfter, noTracer, type Killed } from "./killedAfter.ts";

/** Changes that a command makes are about so many; it is learnt when one ends before its kill. */
const changesAtFirst = 300;
const requestsPerSecond = 20;

/** SIGKILL after a write or a child of a command: the same command, run again, converges without any other help. */
export const kill: Kind = {
  about: "SIGKILL after a write or a child of up, promote, rollback, destroy and freshen",
  missing: async () => (await noTracer()) ?? noRepository(),
  begin: async () => {
    const system = await createSystem({ boxes: 1, releases: true });
    try {
      return new KilledSystem(system, await publishNews(system));
    } catch (error) {
      await system.dispose();
      throw error;
    }
  },
};

class KilledSystem implements Subject {
  readonly #system: System;
  readonly #changes: Record<string, number> = {};

  readonly #news: { close(): void };

  constructor(system: System, news: { close(): void }) {
    this.#system = system;
    this.#news = news;
  }

  async try(random: Random): Promise<Try> {
    const name = random.oneOf(Object.keys(killedCommands));
    const command = killedCommands[name] as KilledCommand;
    for (;;) {
      await command.prepare(this.#system, String(random.below(2 ** 32)));
      const nth = 1 + random.below(this.#changes[name] ?? changesAtFirst);
      const { killed, ...result } = await killAndRepeat(this.#system, name, command, nth);
      if (killed.killed || result.problem !== undefined) return result;
      // It ended before: now it is known how many changes it makes.
      this.#changes[name] = killed.seen;
    }
  }

  end(): Promise<void> {
    this.#news.close();
    return this.#system.dispose();
  }
}

/** Kills a command after its nth change, runs it again, and looks at what is there. */
export async function killAndRepeat(
  system: System,
  name: string,
  { line, stack, serves, restore, wrong }: KilledCommand,
  nth: number,
): Promise<Try & { killed: Killed }> {
  const { folder, environment } = system.sandbox;
  const work = async () => {
    const killed = await killedAfter(nth, ["node", "commands/main.ts", ...line], { folder, environment });
    const again = await system.sandbox.run("commands/main.ts", ...line);
    return { killed, ...(again.exitCode !== 0 && { problem: `run again it failed:\n${again.all}` }) };
  };
  let done: Awaited<ReturnType<typeof work>> | undefined;
  const doIt = async () => {
    done = await work();
  };
  const failures = serves ? await failuresDuring(system.port(stack), doIt) : await doIt().then(() => ({}));
  if (!done) throw new Error("expected the work to be done, got nothing");
  const amiss = done.problem ?? wrong?.(system);
  if (amiss === undefined) await restore?.(system);
  const found = [...(amiss === undefined ? [] : [amiss]), ...(await inconsistencies(system, stack))];
  const lost = Object.values<number>(failures).reduce((total, each) => total + each, 0);
  if (lost > 0) found.push(`lost: ${JSON.stringify(failures)}`);
  return {
    fault: `SIGKILL of ${name}`,
    where: `after change ${nth}, ${done.killed.last}`,
    lost,
    ...(found.length > 0 && { problem: found.join("; ") }),
    killed: done.killed,
  };
}

async function failuresDuring(port: number, work: () => Promise<unknown>): Promise<Record<string, number>> {
  return (await underLoad(port, work, undefined, requestsPerSecond)).failures;
}
