import type { Engine } from "../../engine/engine.ts";
import { formatAge, formatBytes } from "../text/format.ts";
import { formatTable } from "../text/table.ts";
import type { Item } from "./item.ts";

/** What is to be removed in one place. */
export interface Removal {
  /** Undefined: this machine's. */
  engine: Engine | undefined;
  items: readonly Item[];
}

/** The table of what is to be removed, and how old and large it is; empty where that is nothing. */
export function removalText(removals: readonly Removal[], now: Date): string {
  const rows = removals.flatMap(({ engine, items }) =>
    items.map(({ kind, name, lastUsed, bytes }) => [
      kind,
      engine === undefined ? name : `${engine.name}: ${name}`,
      lastUsed ? formatAge((now.getTime() - lastUsed.getTime()) / 1000) : "–",
      formatBytes(bytes),
    ]),
  );
  return rows.length === 0 ? "" : formatTable([["KIND", "NAME", "AGE", "FREES"], ...rows]);
}

/** `3 things, 1.2 GiB`. */
export function sizeText(items: readonly Item[]): string {
  const freed = formatBytes(items.reduce((sum, { bytes }) => sum + bytes, 0));
  return `${items.length} ${items.length === 1 ? "thing" : "things"}, ${freed}`;
}
