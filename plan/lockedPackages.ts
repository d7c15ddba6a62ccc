import { z } from "zod";
import { matchingText } from "../config/text.ts";

const digest = matchingText(/^[0-9a-f]{64}$/, "a SHA-256 in 64 hexadecimal digits");
const date = matchingText(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, "a time such as 2026-11-28T20:11:03Z");
const architecture = matchingText(/^[a-z0-9-]+$/, "an architecture such as amd64");
const packageId = matchingText(
  /^([A-Za-z0-9][A-Za-z0-9+._-]*:[a-z0-9_-]+|@?[A-Za-z0-9][A-Za-z0-9@/+._~-]*:(pypi|npm|galaxy))$/,
  "a package's name and architecture (openssl:amd64), or where it comes from (flask:pypi)",
);
// Of one name several may be there: npm has each where it is needed. A commit stands behind @.
const version = matchingText(/^[A-Za-z0-9.+:~^!@/_,-]+$/, "a version of a package");

const lockedPackageSchema = z.strictObject({
  version,
  /** Of its file, as a signed index has it, or of all that Galaxy gave; absent: nothing vouches for its content. */
  sha256: digest.optional(),
});

const lockedIndexSchema = z.strictObject({
  /** When it was published, as it says. */
  date: date.optional(),
  /** Of the text that is signed, which names all of the index by digests. */
  sha256: digest,
});

const lockedPlaceSchema = z.strictObject({
  /** By what apt calls them: `mirror.example_debian_dists_bookworm`. */
  indexes: z.record(z.string(), lockedIndexSchema),
  /** By name and architecture; what is no package of a distribution by name and registry: `flask:pypi`, `express:npm`, `acme.web:galaxy`. */
  packages: z.record(packageId, lockedPackageSchema),
});

/** By the place of a layer in its chain (`base.python`), then by the architecture of the machine that it is built for. */
export const lockedSchema = z.record(z.string(), z.record(architecture, lockedPlaceSchema));

/** The exact version of a package that a layer adds. */
export type LockedPackage = z.output<typeof lockedPackageSchema>;

/** An index of packages as it was at a time. */
export type LockedIndex = z.output<typeof lockedIndexSchema>;

/** What a layer adds in one place, and the indexes that it was resolved in last. */
export type LockedPlace = z.output<typeof lockedPlaceSchema>;

/** By place, then by architecture. */
export type Locked = Readonly<Record<string, Readonly<Record<string, LockedPlace>>>>;

/** Whether a package of the lock is none of a distribution: pip, npm or ansible-galaxy brings it. */
export function isOfRegistry(id: string): boolean {
  return /:(pypi|npm|galaxy)$/.test(id);
}

/** Whether a package of the lock is one of rpm's, as its architecture says; the others of distributions are dpkg's. */
export function isOfRpm(id: string): boolean {
  return /:(noarch|x86_64|aarch64|i[4-6]86|armv7hl|ppc64le)$/.test(id);
}

/** Those of a distribution, to which apt and dnf hold. */
export function distributionPackages<T>(packages: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(packages).filter(([id]) => !isOfRegistry(id)));
}
