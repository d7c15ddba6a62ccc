import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import type { Kind, Try } from "../kind.ts";
import type { Random } from "../random.ts";

const program = path.join(import.meta.dirname, "../../work/holdLock.ts");
const contenders = 3;
const handOverSeconds = 10;

/** A lock's holder stopped for a while, or killed, while processes of other clones want the lock: one has it at a time, each in the end. */
export function lockKind(stoppedSeconds: number): Kind {
  return {
    about: `a lock's holder stopped for ${stoppedSeconds} s, or killed`,
    missing: () => Promise.resolve(undefined),
    begin: () =>
      Promise.resolve({
        try: (random) => contended(stoppedSeconds, random),
        end: () => Promise.resolve(),
      }),
  };
}

function launch(cache: string) {
  const env = { XDG_CACHE_HOME: cache };
  const child = execa("node", [program, "layer-x"], { env, stdin: "pipe", reject: false });
  const contender = { child, has: false };
  child.stdout.on("data", (part: Buffer) => {
    contender.has ||= part.toString().includes("has it");
  });
  return contender;
}
type Contender = ReturnType<typeof launch>;

async function contended(stoppedSeconds: number, random: Random): Promise<Try> {
  const end = random.oneOf(["stopped", "stopped and killed", "killed"]);
  const fault = `the holder of a lock ${end}`;
  const cache = mkdtempSync(path.join(tmpdir(), "fleet-faults-"));
  const all = Array.from({ length: contenders }, () => launch(cache));
  try {
    for (let left = all; left.length > 0;) {
      const holders = await held(left);
      const [holder] = holders;
      if (!holder || holders.length > 1)
        return { fault, lost: Math.max(0, holders.length - 1), problem: `${holders.length} have it at once` };
      if (end !== "killed" && left === all) {
        holder.child.kill("SIGSTOP");
        await sleep(stoppedSeconds * 1000);
        const others = left.filter((each) => each !== holder && each.has);
        if (others.length > 0)
          return { fault, lost: others.length, problem: "another got it while its holder was stopped" };
        if (end === "stopped") holder.child.kill("SIGCONT");
      }
      if (end === "stopped") holder.child.stdin.end();
      else holder.child.kill("SIGKILL");
      await holder.child;
      left = left.filter((each) => each !== holder);
    }
    return { fault, lost: 0 };
  } finally {
    for (const { child } of all) child.kill("SIGKILL");
    await Promise.all(all.map(({ child }) => child));
    rmSync(cache, { recursive: true });
  }
}

/** Those that have the lock, as soon as one has. */
async function held(left: readonly Contender[]): Promise<Contender[]> {
  const deadline = Date.now() + handOverSeconds * 1000;
  while (!left.some(({ has }) => has) && Date.now() < deadline) await sleep(10);
  return left.filter(({ has }) => has);
}
