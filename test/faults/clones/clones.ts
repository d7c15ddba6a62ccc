import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { cachePath } from "../../../work/cache.ts";
import { messageOf } from "../../../work/message.ts";
import { ask } from "../../sandbox/ask.ts";
import { SmallPlace } from "../full/SmallPlace.ts";
import type { Kind, Subject, Try } from "../kind.ts";
import type { Random } from "../random.ts";
import { inconsistencies, stateOf } from "../system/consistency.ts";
import { createSystem, type System } from "../system/system.ts";
import { containerType } from "../../../operations/state/resource.ts";

/** What both clones build in turn: some of it both have, some of it one. Always the same, so that each image is built once in all. */
const products = ["Mooring line for tests of faults", "Mooring chain for tests of faults", "Mooring rope"];
const stepsOfTry = 3;
const mostDelayMilliseconds = 8000;

/** Two clones of one project on one engine, with one cache: what one runs is never removed by the other, and both converge. */
export const clones: Kind = {
  about: "up, collect and destroy of two clones on one engine, at the same time",
  missing: () =>
    Promise.resolve(process.getuid?.() === 0 ? undefined : "only root may give them a cache of their own"),
  begin: async () => {
    const both: Clone[] = [];
    const pair = new Pair(both);
    try {
      for (const name of ["one", "other"]) both.push(new Clone(name, await createSystem({ boxes: 1 })));
      await pair.shareCache();
      return pair;
    } catch (error) {
      await pair.end();
      throw error;
    }
  },
};

class Clone {
  readonly name: string;
  readonly system: System;
  /** The product that it serves; undefined: it is destroyed. */
  #serves: string | undefined = products[2];
  #written = products[2] ?? "";

  constructor(name: string, system: System) {
    this.name = name;
    this.system = system;
  }

  /** What it does next, by chance. */
  draw(random: Random): { what: string; run: () => Promise<string | undefined> } {
    const product = random.oneOf(products);
    const delay = random.below(mostDelayMilliseconds);
    // A clone that is destroyed comes back half of the times.
    const what = random.oneOf(["up", "up", "collect", "collect", "destroy"]);
    return { what: `${this.name} ${what}`, run: () => sleep(delay).then(() => this.#do(what, product)) };
  }

  async up(product = this.#written): Promise<string | undefined> {
    return this.#do("up", product);
  }

  /** What is not as its last command left it. */
  async wrong(): Promise<string[]> {
    if (this.#serves === undefined) {
      const { resources = [] } = await stateOf(this.system, "dev");
      const left = resources.filter(({ type }) => type === containerType);
      return left.length === 0 ? [] : [`${this.name}: ${left.length} boxes of what was destroyed`];
    }
    const place = { host: "catalog.localhost", path: "/products/rope" };
    const body = await ask(this.system.port("dev"), place).then((answer) => answer.body, messageOf);
    const found = [
      ...(await inconsistencies(this.system, "dev")),
      ...(body.includes(this.#serves) ? [] : [`expected ${this.#serves}, got ${body}`]),
    ];
    return found.map((each) => `${this.name}: ${each}`);
  }

  /** @returns why it failed. */
  async #do(what: string, product: string): Promise<string | undefined> {
    const { sandbox } = this.system;
    const lines: Record<string, string[]> = {
      up: ["up"],
      // Old enough that what others' tests look into for a moment is none of it.
      collect: ["collect", "--yes", "--keep", "1", "--minimum-age", "15 s"],
      destroy: ["destroy", "--yes"],
    };
    if (what === "up" && product !== this.#written) {
      sandbox.replace("apps/catalog/catalog/products.json", this.#written, product);
      this.#written = product;
    }
    const { exitCode, all } = await sandbox.run("commands/main.ts", ...(lines[what] ?? []));
    if (what === "up" && exitCode === 0) this.#serves = this.#written;
    if (what === "destroy" && exitCode === 0) this.#serves = undefined;
    return exitCode === 0 ? undefined : `${this.name} ${what} failed:\n${all}`;
  }
}

class Pair implements Subject {
  readonly #both: readonly Clone[];
  #cache: SmallPlace | undefined;

  constructor(both: readonly Clone[]) {
    this.#both = both;
  }

  /** One cache for both, which is nobody else's: collections take away from it what others may want. */
  async shareCache(): Promise<void> {
    const home = `${this.#both[0]?.system.sandbox.folder ?? ""}-cache`;
    const shared = ["locks", "clones"];
    this.#cache = await SmallPlace.over(cachePath(), `${home}/immutable-fleets`, shared);
    for (const { system } of this.#both) system.sandbox.environment["XDG_CACHE_HOME"] = home;
  }

  async try(random: Random): Promise<Try> {
    const told: string[] = [];
    const found: string[] = [];
    for (let step = 0; step < stepsOfTry && found.length === 0; step++) {
      const drawn = this.#both.map((clone) => clone.draw(random));
      told.push(drawn.map(({ what }) => what).join(" while "));
      const failures = await Promise.all(drawn.map(({ run }) => run()));
      found.push(...failures.flatMap((each) => each ?? []));
      for (const clone of this.#both) found.push(...(await clone.wrong()));
    }
    const lost = found.length;
    for (const clone of this.#both) found.push(...[await clone.up()].flatMap((each) => each ?? []));
    for (const clone of this.#both) found.push(...(await clone.wrong()));
    return {
      fault: "two clones at the same time",
      where: told.join(", then "),
      lost,
      ...(found.length > 0 && { problem: found.join("; ") }),
    };
  }

  async end(): Promise<void> {
    for (const { system } of this.#both) await system.dispose();
    const cache = this.#cache;
    await cache?.remove();
    if (cache) rmSync(cache.folder.replace(/\/immutable-fleets$/, ""), { recursive: true, force: true });
  }
}
