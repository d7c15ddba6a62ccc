import type { LockedIndex, LockedPackage } from "../../plan/lockedPackages.ts";

/** A package as an index has it. */
export interface IndexedPackage extends Required<LockedPackage> {
  priority?: string;
}

/** What the indexes of an image's sources know. */
export interface Indexed {
  /** By name and architecture, every version that an index has a digest of. */
  packages: Map<string, readonly IndexedPackage[]>;
  indexes: Record<string, LockedIndex>;
}

/** The packages in what `apt-cache show` prints; those that are only installed have no digest of their file, and are left out. */
export function shownPackages(output: string): Indexed["packages"] {
  const found = new Map<string, IndexedPackage[]>();
  for (const paragraph of output.split(/\n{2,}/)) {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(paragraph)?.[1] ?? "";
    const [version, sha256, priority] = [field("Version"), field("SHA256").toLowerCase(), field("Priority")];
    if (sha256 === "") continue;
    const id = `${field("Package")}:${field("Architecture")}`;
    found.set(id, [...(found.get(id) ?? []), { version, sha256, ...(priority !== "" && { priority }) }]);
  }
  return found;
}

/** The indexes that apt has, of lines of `sha256sum`, each with the line of its date below it: `Date: Sat, 28 Nov 2026 20:11:03 UTC`. */
export function shownIndexes(output: string): Record<string, LockedIndex> {
  const found = [...output.matchAll(/^([0-9a-f]{64}) [ *](.+?)_(?:In)?Release(?:\nDate: (.*))?$/gm)].map(
    ([, sha256 = "", name = "", date]) => [name, { ...dated(date), sha256 }] as const,
  );
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function dated(text: string | undefined): { date?: string } {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? {} : { date: new Date(time).toISOString().replace(/\.\d+Z$/, "Z") };
}
