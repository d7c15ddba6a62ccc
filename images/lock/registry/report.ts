import { lockFile } from "../../../plan/lockFile.ts";
import type { LockedPlace } from "../../../plan/lockedPackages.ts";
import type { AddedLibraries } from "./librariesAdded.ts";

/** So many are named. */
const most = 20;

/** How what no distribution has is locked; undefined for what has a distribution. */
export function wayToLock(id: string): string | undefined {
  if (id.endsWith(":pypi")) return "name it with its hashes in a requirements file that pip installs from";
  if (id.endsWith(":npm")) return "install it by npm ci from a package-lock.json in the project";
  return id.endsWith(":galaxy") ? "name its exact version in the requirements of the play" : undefined;
}

/**
 * What the log of a build says of what a layer adds beside packages of the distribution.
 * @param galaxy what its play was given.
 * @param locked what the build was held to, and which ids of it nothing held.
 */
export function librariesReport(
  { open, closed }: AddedLibraries,
  galaxy: LockedPlace["packages"],
  { locked, loose }: { locked: LockedPlace["packages"]; loose: readonly string[] } = {
    locked: {},
    loose: [],
  },
): string[] {
  const files = Object.entries(closed).map(([file, count]) => `${counted(count)} as ${file} locks them`);
  const isHeld = (id: string) => locked[id]?.version === open[id] && !loose.includes(id);
  const groups = Map.groupBy(
    Object.keys(open).sort(),
    (id) => `${id.slice(id.lastIndexOf(":"))} ${isHeld(id) ? "locked by version alone" : "not locked"}`,
  );
  const unlocked = [...groups].map(([group, ids]) => {
    const [kind = "", ...said] = group.split(" ");
    const all = named(ids.map((id) => `${id} ${open[id] ?? ""}`));
    return `${said.join(" ")}: ${all}; ${wayToLock(kind) ?? ""}`;
  });
  const given = Object.entries(galaxy).map(([id, { version }]) => `${id} ${version}`);
  return [
    ...(files.length === 0 ? [] : [`pip and npm installed ${files.join(", ")}`]),
    ...unlocked,
    ...(given.length === 0
      ? []
      : [`ansible-galaxy gave ${named(given)}; nothing but ${lockFile} holds that to its content`]),
    ...(loose.length === 0
      ? []
      : [
          `compared with ${lockFile}, but not held to it, as no version is asked for by itself: ${named(loose)}`,
        ]),
  ];
}

function counted(count: number): string {
  return `${count} ${count === 1 ? "package" : "packages"}`;
}

function named(texts: readonly string[]): string {
  const more = texts.length > most ? ` and ${texts.length - most} more` : "";
  return `${texts.slice(0, most).join(", ")}${more}`;
}
