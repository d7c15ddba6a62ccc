import type { Engine } from "../../engine/engine.ts";

/** This machine's engine, where a place is named. */
export const here = "here";

/** Before the names of all that runs on an engine; none on this machine's. No fleet or accessory has a dot in its name. */
export function enginePrefix(engine: string | undefined): string {
  return engine === undefined ? "" : `${engine}.`;
}

/** The provider of what runs on another machine's engine. Another address is another provider, and another machine. */
export function engineProvider({ name, url }: Pick<Engine, "name" | "url">): string {
  return `${name} ${url}`;
}

/** The volume of an accessory: `database-data`, `north.database-data`. */
export function accessoryVolume(accessory: string): string {
  return `${accessory}-data`;
}

/** Whose volume has such a name, and on which engine; undefined: this machine's. */
export function accessoryOf(volume: string): { engine: string | undefined; accessory: string } {
  const parts = volume.replace(/-data$/, "").split(".");
  return { engine: parts.length > 1 ? parts[0] : undefined, accessory: parts.at(-1) ?? "" };
}

/** A named volume of applications: `uploads-shared`, `north.uploads-shared`. */
export function sharedVolume(volume: string): string {
  return `${volume}-shared`;
}

/** What the configuration calls the volume of such a name, and on which engine it is; undefined: this machine's. */
export function sharedOf(name: string): { engine: string | undefined; volume: string } {
  const parts = name.replace(/-shared$/, "").split(".");
  return { engine: parts.length > 1 ? parts[0] : undefined, volume: parts.at(-1) ?? "" };
}

/** A box of a stateful fleet, counted from 1. */
export function statefulBox(fleet: string, number: number): string {
  return `${fleet}-${number}`;
}

/** The volume of such a box: `orders-2-data`. */
export function statefulVolume(fleet: string, number: number): string {
  return `${statefulBox(fleet, number)}-data`;
}

/** The fleet, and the number of its box, whose volume has such a name. */
export function statefulBoxOf(volume: string): { fleet: string; number: number } {
  const [, fleet = volume, number = "0"] = /^(.*)-(\d+)-data$/.exec(volume) ?? [];
  return { fleet, number: Number(number) };
}

/** The zone of a stateful box, and so of its volume: boxes go round the zones. Undefined where there is none. */
export function statefulZone<T>(zones: readonly T[], number: number): T | undefined {
  return zones[(number - 1) % zones.length];
}
