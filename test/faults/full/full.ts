import { readdirSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import { messageOf } from "../../../work/message.ts";
import type { Kind, Subject, Try } from "../kind.ts";
import { killedCommands } from "../kill/commands.ts";
import type { KilledCommand } from "../kill/KilledCommand.ts";
import type { Random } from "../random.ts";
import { statusOf } from "../system/asking.ts";
import { inconsistencies } from "../system/consistency.ts";
import { createSystem, type System } from "../system/system.ts";
import { removePlaces, smallPlaces } from "./places.ts";
import type { SmallPlace } from "./SmallPlace.ts";

const pageBytes = 4096;
/** No command writes more than so many pages, a power of two, to one place. */
const mostPagesPower = 13;

/**
 * A command that finds the disk of one place full at some write: it ends with another code than 0 and says what is full, nothing is lost,
 * and with room the same command succeeds.
 */
export const full: Kind = {
  about: "a place that up or promote writes to is full at a write",
  missing: () => Promise.resolve(process.getuid?.() === 0 ? undefined : "only root may mount small disks"),
  begin: async () => {
    const system = await createSystem({ boxes: 1, releases: true });
    try {
      return new FullSystem(system, await smallPlaces(system.sandbox));
    } catch (error) {
      await system.dispose();
      throw error;
    }
  },
};

class FullSystem implements Subject {
  readonly #system: System;
  readonly #places: ReadonlyMap<string, SmallPlace>;

  constructor(system: System, places: ReadonlyMap<string, SmallPlace>) {
    this.#system = system;
    this.#places = places;
  }

  async try(random: Random): Promise<Try> {
    const name = random.oneOf(["up", "promote"]);
    const command = killedCommands[name] as KilledCommand;
    const placeName = random.oneOf([...this.#places.keys()]);
    const place = this.#places.get(placeName) as SmallPlace;
    const mark = String(random.below(2 ** 32));
    await command.prepare(this.#system, mark);
    // An image that was never built before: that is what is written most of.
    if (name === "up" && random.below(2) === 0) this.#newProduct(mark);
    const bytes = pageBytes * random.below(2 ** random.below(mostPagesPower + 1));
    const { problem, ended } = await this.#fullDuring(command, place, bytes);
    return {
      fault: `${name}, ${placeName} full`,
      where: `with ${bytes} bytes left: ${ended}`,
      lost: problem?.startsWith("lost: ") ? 1 : 0,
      ...(problem !== undefined && { problem }),
    };
  }

  async end(): Promise<void> {
    const { folder } = this.#system.sandbox;
    for (const place of this.#places.values()) await place.relieve();
    await this.#system.dispose().catch((error: unknown) => {
      // The folder itself is mounted, and goes below.
      if (!/resource busy/i.test(messageOf(error))) throw error;
    });
    await removePlaces(this.#places);
    for (const each of [folder, `${folder}-places`]) rmSync(each, { recursive: true, force: true });
  }

  /** @returns what is wrong, and how the command ended that had too little room. */
  async #fullDuring(
    { line, stack }: KilledCommand,
    place: SmallPlace,
    bytes: number,
  ): Promise<{ problem?: string; ended: string }> {
    const { sandbox } = this.#system;
    const before = this.#released();
    await place.leave(bytes);
    const { exitCode, all } = await sandbox.run("commands/main.ts", ...line);
    const status = await statusOf(this.#system.port(stack));
    await place.relieve();
    const again = await sandbox.run("commands/main.ts", ...line);
    const ended = exitCode === 0 ? "it had enough" : "it failed";
    const after = this.#released();
    const found = [
      ...(status === "200" ? [] : [`lost: the edge answered ${status}`]),
      ...[...before].flatMap(([file, text]) => (after.get(file) === text ? [] : [`lost: ${file}`])),
      ...(exitCode === 0 ? [] : untold(all, place)),
      ...(again.exitCode === 0 ? [] : [`with room it failed:\n${again.all}\nbefore:\n${all}`]),
      ...(await inconsistencies(this.#system, stack)),
    ];
    return { ended, ...(found.length > 0 && { problem: found.join("; ") }) };
  }

  #newProduct(mark: string): void {
    this.#system.sandbox.replace("apps/catalog/catalog/products.json", /Mooring[^"]*/, `Mooring ${mark}`);
  }

  /** The releases that are recorded, which never change. */
  #released(): Map<string, string> {
    const folder = path.join(this.#system.sandbox.folder, "releases");
    const files = readdirSync(folder, { recursive: true }).map(String);
    const releases = files.filter((name) => /^\w+\/\d+\.json$/.test(name));
    return new Map(releases.map((name) => [name, readFileSync(path.join(folder, name), "utf8")]));
  }
}

/** What is wrong with the words of a command that had too little room. */
function untold(words: string, { folder }: SmallPlace): string[] {
  const lines = words.split("\n").filter((line) => /ENOSPC|no space left/i.test(line));
  return [
    ...(lines.some((line) => line.includes(folder))
      ? []
      : [`expected a line that ${folder} is full, got:\n${words}`]),
    ...(/^ +at .*:\d+:\d+\)?$/m.test(words) ? [`expected no stack trace, got:\n${words}`] : []),
  ];
}
