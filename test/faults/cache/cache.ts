import { mkdtempSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { messageOf } from "../../../work/message.ts";
import type { Kind, Try } from "../kind.ts";
import type { Random } from "../random.ts";
import { damages } from "./damage.ts";
import { stores, type Store } from "./stores.ts";

/** Files of the cache truncated or zeroed: nothing that is damaged is used, and all is made again without a word from the user. */
export const cache: Kind = {
  about: "files of the cache truncated or zeroed",
  missing: () => Promise.resolve(undefined),
  begin: () =>
    Promise.resolve({
      try: async (random) => {
        const name = random.oneOf(Object.keys(stores));
        return damaged(name, stores[name] as Store, random.oneOf(Object.keys(damages)), random);
      },
      end: () => Promise.resolve(),
    }),
};

/** Damages one file, by chance, of what a store keeps, and uses it again. */
async function damaged(name: string, store: Store, how: string, random: Random): Promise<Try> {
  const fault = `${name}: a file of it ${how}`;
  const root = mkdtempSync(path.join(tmpdir(), "fleet-faults-"));
  const before = process.env["XDG_CACHE_HOME"];
  process.env["XDG_CACHE_HOME"] = path.join(root, "cache");
  try {
    const own = path.join(root, "own");
    mkdirSync(own);
    const whole = await store.use(own);
    const file = random.oneOf(filesIn(path.join(root, "cache")));
    damages[how]?.(file, random);
    const again = await store.use(own);
    if (again === whole) return { fault, lost: 0 };
    return { fault, lost: 1, problem: `${path.relative(root, file)}: expected ${whole}, used ${again}` };
  } catch (error) {
    return { fault, lost: 0, problem: messageOf(error) };
  } finally {
    if (before === undefined) delete process.env["XDG_CACHE_HOME"];
    else process.env["XDG_CACHE_HOME"] = before;
    rmSync(root, { recursive: true });
  }
}

/** What has a content that can be damaged, in the order of names: chance must choose the same again. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => path.join(folder, String(name)))
    .filter((file) => statSync(file).isFile() && statSync(file).size > 0)
    .sort();
}
