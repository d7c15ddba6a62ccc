import type { Severity } from "../../../config/holes.ts";

/** That versions of a package have holes up to one in which they are mended. */
export interface Advisory {
  /** As its publisher calls it: `DSA-5532-1`, `DEBIAN-CVE-2023-5363`, `RLSA-2024:1234`. */
  id: string;
  /** The holes by the names that all publishers use, CVEs as a rule; else the advisory's own. */
  holes: string[];
  /** The first version with the mend. */
  fixed: string;
  /** The first version with the hole; absent: all before. */
  introduced?: string;
  /** Absent: nobody rated it. */
  severity?: Severity;
  /** When the mended package came; absent: not said. */
  fixedAt?: string;
  /** When the hole became known; absent: not said. */
  knownAt?: string;
}

/** Advisories by distribution (ID and VERSION_ID of os-release: `debian 12`), then by package. */
export type Advisories = Record<string, Record<string, Advisory[]>>;

/**
 * Adds an advisory on a package of a distribution: of a Debian one by its source package, of an RPM one by the package itself. Names
 * come from outside: none is a property of all objects.
 */
export function add(to: Advisories, distribution: string, name: string, advisory: Advisory): void {
  const packages = own(to, distribution) ?? (to[distribution] = {});
  const list = own(packages, name) ?? (packages[name] = []);
  list.push(advisory);
}

/** What a record has under a name, apart from what all objects have. */
export function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
