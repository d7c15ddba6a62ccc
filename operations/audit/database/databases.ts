import type { Configuration } from "../../../config/schema.ts";
import { hasAdvisories } from "./kept.ts";
import { pinAgeDays, readPins, writePins, type Pin } from "./pins.ts";
import { messageOf } from "../../../work/message.ts";
import { isoDay } from "../../../config/days.ts";

/** A database that is pinned, and at hand. */
export interface PinnedDatabase extends Pin {
  name: string;
  ageDays: number;
}

/** What there is of the configured databases. */
export interface Databases {
  pinned: PinnedDatabase[];
  /** Those that are not at hand, and why: `expected …, got …; fix`. */
  missing: string[];
}

/** Takes every configured database anew, and pins it. @throws Error where one of them cannot be had; then the pins are as before. */
export async function fetchDatabases(
  root: string,
  { advisories }: Pick<Configuration, "advisories">,
  now: Date,
): Promise<void> {
  const { takeDatabase } = await import("./take.ts");
  const before = readPins(root);
  const taken: Record<string, Pin> = {};
  for (const [name, database] of Object.entries(advisories))
    taken[name] = {
      digest: await takeDatabase(root, name, database),
      taken: isoDay(now),
    };
  if (Object.keys(taken).length + Object.keys(before).length > 0) writePins(root, taken);
}

/**
 * The configured databases as they are pinned. One that the cache has lost is taken again where it is still the same.
 * @param mayFetch whether it may be taken from elsewhere; else the cache alone is looked at.
 */
export async function pinnedDatabases(
  root: string,
  { advisories }: Pick<Configuration, "advisories">,
  now: Date,
  mayFetch: boolean,
): Promise<Databases> {
  const pins = readPins(root);
  const found: Databases = { pinned: [], missing: [] };
  for (const [name, database] of Object.entries(advisories)) {
    const pin = pins[name];
    const isLocal = database.path !== undefined;
    const problem = !pin
      ? `advisories.${name}: expected a pinned database, got none; npm run audit -- --fetch takes it`
      : hasAdvisories(pin.digest)
        ? undefined
        : mayFetch || isLocal
          ? await takeAgain(root, name, database, pin)
          : `advisories.${name}: expected the database of ${pin.taken} in this machine's cache, got none; npm run audit -- --fetch takes a newer one`;
    if (problem !== undefined) found.missing.push(problem);
    else if (pin) found.pinned.push({ name, ...pin, ageDays: pinAgeDays(pin, now) });
  }
  return found;
}

async function takeAgain(
  root: string,
  name: string,
  database: Configuration["advisories"][string],
  pin: Pin,
): Promise<string | undefined> {
  try {
    // What reads databases is loaded by those alone who read one.
    const { takeDatabase } = await import("./take.ts");
    if ((await takeDatabase(root, name, database)) === pin.digest) return undefined;
  } catch (error) {
    return messageOf(error);
  }
  return `advisories.${name}: expected the database of ${pin.taken} (${pin.digest.slice(0, 19)}), got another where it was; npm run audit -- --fetch pins that`;
}
