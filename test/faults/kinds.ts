import { boxes } from "./boxes/boxes.ts";
import { cache } from "./cache/cache.ts";
import { clones } from "./clones/clones.ts";
import { disk } from "./disk/disk.ts";
import { full } from "./full/full.ts";
import { kill } from "./kill/kill.ts";
import type { Kind } from "./kind.ts";
import { lockKind } from "./lock/lock.ts";
import { traffic } from "./traffic/traffic.ts";

/** All kinds of faults, by the name that `--only` takes. */
export const kinds: Readonly<Record<string, Kind>> = {
  ...{ kill, boxes, traffic, cache, disk, full, clones },
  lock: lockKind(30),
};
