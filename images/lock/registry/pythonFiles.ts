import { normalName } from "../../proof/pythonName.ts";

/** A package that a lock file has in one version, with a digest of its content: `flask:pypi`. */
export type LockedLibrary = readonly [id: string, version: string];

/** What Python's lock files have with digests: requirements with `--hash`, and those of uv, Poetry, PDM, Pipenv and PEP 751. */
export function pythonLocked(file: string, text: string): LockedLibrary[] {
  if (file.endsWith("Pipfile.lock")) return pipfileLocked(text);
  if (/(^|\/)((uv|poetry|pdm)\.lock|pylock(\.[^/]+)?\.toml)$/.test(file)) return tomlLocked(text);
  return /\.(txt|in)(\.j2)?$/.test(file) ? requirementsLocked(text) : [];
}

/** Where one requirement has a hash, pip wants one of each. */
function requirementsLocked(text: string): LockedLibrary[] {
  const lines = text.replace(/\\\r?\n/g, " ").split("\n");
  return lines.flatMap((line) => {
    const [, name, version] =
      /^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*===?\s*([^\s;,]+)/.exec(line) ?? [];
    if (name === undefined || version === undefined || !/--hash=sha\d+:[0-9a-f]/.test(line)) return [];
    return [libraryOf(name, version)];
  });
}

/** Tables `[[package]]` (of PEP 751: `[[packages]]`), each with its own lines of digests. */
function tomlLocked(text: string): LockedLibrary[] {
  // Poetry had the digests of all in a table of their own once.
  const isApart = /^\[metadata\.files\]/m.test(text);
  return text.split(/^\[\[packages?\]\]/m).flatMap((table, index) => {
    const value = (key: string) => new RegExp(`^${key} *= *"([^"]*)"`, "m").exec(table)?.[1];
    const [name, version] = [value("name"), value("version")];
    if (index === 0 || name === undefined || version === undefined) return [];
    return isApart || /sha\d+[:" =]/.test(table) ? [libraryOf(name, version)] : [];
  });
}

function pipfileLocked(text: string): LockedLibrary[] {
  type Group = Record<string, { version?: string; hashes?: unknown[] }>;
  const { default: own = {}, develop = {} } = JSON.parse(text) as { default?: Group; develop?: Group };
  return [...Object.entries(own), ...Object.entries(develop)].flatMap(([name, { version, hashes = [] }]) =>
    version?.startsWith("==") && hashes.length > 0 ? [libraryOf(name, version.replace(/^=+/, ""))] : [],
  );
}

function libraryOf(name: string, version: string): LockedLibrary {
  return [`${normalName(name)}:pypi`, version];
}
