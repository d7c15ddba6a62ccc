import { softAndHard, type BoxKeys, type Ulimits } from "../config/boxKeys.ts";
import { parseSize } from "../config/sizes.ts";
import type { Service } from "./service.ts";

/** What boxes have beyond what every box has; what is absent is as the engine, the image and its units say. */
export interface BoxShapePlan {
  /** [soft, hard] by name (`nofile`); -1 for none. */
  ulimits?: Record<string, [soft: number, hard: number]>;
  /** A first process of the engine's before the program. */
  init?: true;
  /** MiB of /dev/shm. */
  shmMebibytes?: number;
}

/** What the boxes of some applications have, or of an accessory: of each what the one that asks for most does; nothing where none asks. */
export function boxShape(parts: readonly BoxKeys[]): { shape?: BoxShapePlan } {
  const ulimits = highest(parts.map(({ ulimits: own }) => own ?? {}));
  const sizes = parts.flatMap(({ shmSize }) => (shmSize === undefined ? [] : [parseSize(shmSize) ?? 0]));
  const shape = {
    ...(Object.keys(ulimits).length > 0 && { ulimits }),
    ...(parts.some(({ init }) => init === true) && { init: true as const }),
    ...(sizes.length > 0 && { shmMebibytes: Math.ceil(Math.max(...sizes) / 2 ** 20) }),
  };
  return Object.keys(shape).length > 0 ? { shape } : {};
}

function highest(all: readonly Ulimits[]): NonNullable<BoxShapePlan["ulimits"]> {
  const found: NonNullable<BoxShapePlan["ulimits"]> = {};
  for (const [name, limit] of all.flatMap((each) => Object.entries(each))) {
    const [soft, hard] = softAndHard(limit);
    const other = found[name];
    found[name] = other ? [higherLimit(other[0], soft), higherLimit(other[1], hard)] : [soft, hard];
  }
  return found;
}

/** -1 is none, the highest. */
export function higherLimit(a: number, b: number): number {
  return a === -1 || b === -1 ? -1 : Math.max(a, b);
}

/** A service whose first process sets the limits that are configured, in the place of its unit's. */
export function limitedService(service: Service, ulimits: BoxShapePlan["ulimits"] = {}): Service {
  if (!service.start || Object.keys(ulimits).length === 0) return service;
  const own = Object.fromEntries(Object.entries(ulimits).map(([name, limit]) => [name.toUpperCase(), limit]));
  return { ...service, start: { ...service.start, limits: { ...service.start.limits, ...own } } };
}

/**
 * Whether a box that runs one service is given a first process of the engine's: not where it has one already, which waits for all others, as
 * ours is unless the service takes its place.
 */
export function needsInit({ init }: BoxShapePlan = {}, [service]: readonly Service[]): boolean {
  return init === true && service?.start?.kill !== "all";
}
