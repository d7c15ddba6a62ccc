import { ansibleDocuments } from "../../plan/ansible/ansibleDocuments.ts";
import type { LockedPlace } from "../../plan/lockedPackages.ts";

type Packages = LockedPlace["packages"];

/** A role or collection as a file of requirements has it. */
interface Wanted {
  name: string;
  /** What the file says of it. */
  given: unknown;
  /** The same by its keys, where it comes from Galaxy, or another server of its kind, by name and version. */
  served?: Readonly<Record<string, unknown>>;
}

/** What a play requires, held to the lock. */
export interface HeldRequirements {
  /** A file of requirements, as JSON. */
  text: string;
  /** What nothing holds: ids of the lock. */
  open: string[];
}

const suffix = ":galaxy";

/** What Galaxy gave, by the lock. */
export function galaxyLocked(locked: Packages = {}): Packages {
  return Object.fromEntries(Object.entries(locked).filter(([id]) => id.endsWith(suffix)));
}

/**
 * The requirements of a play in which everything has its locked version beside what their file says of it; so has what these need in turn, as far
 * as it is known to be a collection, or a role.
 * @param text of their file.
 */
export function heldRequirements(text: string, locked: Packages): HeldRequirements {
  const { roles, collections } = requirementsIn(text);
  const versions = new Map(
    Object.entries(galaxyLocked(locked)).map(([id, { version }]) => [id.slice(0, -suffix.length), version]),
  );
  const [heldRoles, heldCollections] = [
    [...roles.map((each) => heldRole(each, versions)), ...furtherOf(roles, collections, versions)],
    [
      ...collections.map((each) => heldCollection(each, versions)),
      ...furtherOf(collections, roles, versions),
    ],
  ];
  const held = {
    ...(roles.length > 0 && { roles: heldRoles }),
    ...(collections.length > 0 && { collections: heldCollections }),
  };
  const named = new Set([...heldRoles.map(roleOf), ...heldCollections.map(collectionOf)].flatMap(exactName));
  const open = [...versions.keys()].filter((name) => !named.has(name)).map((name) => `${name}${suffix}`);
  return { text: `${JSON.stringify(held, undefined, 2)}\n`, open };
}

/** What the required ones need. Some come from elsewhere and may bring several, and roles have names as collections have. */
function furtherOf(
  own: readonly Wanted[],
  others: readonly Wanted[],
  versions: ReadonlyMap<string, string>,
): object[] {
  if (own.length === 0 || others.length > 0 || own.some(({ served }) => !served)) return [];
  const further = [...versions].filter(([id]) => own.every(({ name }) => name !== id));
  return further.filter(isVersioned).map(([name, version]) => ({ name, version }));
}

function isVersioned([, version]: readonly [string, string]): boolean {
  return version !== "unversioned";
}

/** Roles have no ranges: whatever stands there is exact. */
function exactName({ name, served }: Wanted): string[] {
  return served?.["version"] === undefined ? [] : [name];
}

/** One that has a version has it exactly. */
function heldRole({ name, given, served }: Wanted, versions: ReadonlyMap<string, string>): unknown {
  const version = versions.get(name);
  const isOpen = served && served["version"] === undefined;
  return isOpen && version !== undefined && version !== "unversioned" ? { ...served, version } : given;
}

/** Both the range that the file has and the locked version: ansible-galaxy tells where they exclude each other. */
function heldCollection({ name, given, served }: Wanted, versions: ReadonlyMap<string, string>): unknown {
  const version = versions.get(name);
  if (!served || version === undefined || version === "unversioned") return given;
  const own = served["version"];
  const range = typeof own === "string" || typeof own === "number" ? String(own).trim() : "*";
  if (range === "*" || range === "") return { ...served, version };
  return isExact(range) ? given : { ...served, version: `${range},==${version}` };
}

function isExact(range: string): boolean {
  return /^(=|==)?v?\d/.test(range) && !range.includes(",");
}

function requirementsIn(text: string): { roles: Wanted[]; collections: Wanted[] } {
  const [content] = ansibleDocuments(text);
  const both = (Array.isArray(content) ? { roles: content as unknown[] } : (content ?? {})) as {
    roles?: unknown[] | null;
    collections?: unknown[] | null;
  };
  return {
    roles: (both.roles ?? []).map(roleOf),
    collections: (both.collections ?? []).map(collectionOf),
  };
}

/** `acme.db`, `acme.db,v3`, or `{ src, name, version, scm }`. */
function roleOf(given: unknown): Wanted {
  const keys = typeof given === "string" ? roleLine(given) : ((given ?? {}) as Record<string, unknown>);
  const { src, name, scm } = keys as { src?: string; name?: string; scm?: string };
  const from = src ?? name ?? "";
  const isServed = !scm && !("include" in keys) && servedName.test(from);
  return { name: name ?? from, given, ...(isServed && { served: keys }) };
}

function roleLine(line: string): Record<string, unknown> {
  const [src = "", version, name] = line.split(",").map((part) => part.trim());
  return { src, ...(version && { version }), ...(name && { name }) };
}

/** `acme.web`, `acme.web:1.2.0`, or `{ name, version, source, type }`. */
function collectionOf(given: unknown): Wanted {
  const [, line, range] = /^([\w-]+\.[\w-]+)(?::(.*))?$/.exec(typeof given === "string" ? given : "") ?? [];
  const own = { name: line ?? "", ...(range && { version: range }) };
  const keys = typeof given === "string" ? own : ((given ?? {}) as Record<string, unknown>);
  const { name = "", type = "galaxy" } = keys as { name?: string; type?: string };
  return { name, given, ...(type === "galaxy" && servedName.test(name) && { served: keys }) };
}

const servedName = /^[\w-]+\.[\w-]+$/;

/**
 * What ansible-galaxy, as it says, could not give in the locked version: the lock's ids, each once.
 * @param output of its command.
 */
export function refusedByGalaxy(output: string, locked: Packages): string[] {
  const text = output.replace(/\s+/g, " ");
  return Object.entries(galaxyLocked(locked))
    .filter(([id, { version }]) => {
      const name = id.slice(0, -suffix.length);
      const unmet = new RegExp(`\\* ${escaped(name)}:([^(]*==)?${escaped(version)} \\(`);
      return unmet.test(text) || text.includes(`the specified version (${version}) of ${name} was not found`);
    })
    .map(([id]) => id);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
