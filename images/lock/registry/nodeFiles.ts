import { parse } from "yaml";
import type { LockedLibrary } from "./pythonFiles.ts";

/** What lock files of npm, Yarn and pnpm have with digests. */
export function nodeLocked(file: string, text: string): LockedLibrary[] {
  if (/(^|\/)(package-lock|npm-shrinkwrap)\.json$/.test(file)) return npmLocked(JSON.parse(text) as NpmLock);
  if (/(^|\/)yarn\.lock$/.test(file)) return yarnLocked(text);
  return /(^|\/)pnpm-lock\.yaml$/.test(file) ? pnpmLocked(text) : [];
}

interface NpmLock {
  packages?: Record<string, { name?: string; version?: string; integrity?: string }>;
  dependencies?: Record<string, NpmDependency>;
}
interface NpmDependency {
  version?: string;
  integrity?: string;
  dependencies?: Record<string, NpmDependency>;
}

function npmLocked({ packages, dependencies = {} }: NpmLock): LockedLibrary[] {
  if (!packages) return oldNpmLocked(dependencies);
  return Object.entries(packages).flatMap(([path, { name, version, integrity }]) => {
    const own = name ?? path.split("node_modules/").at(-1) ?? "";
    return path === "" || version === undefined || integrity === undefined ? [] : [[`${own}:npm`, version]];
  });
}

/** Of npm before its seventh version. */
function oldNpmLocked(dependencies: Record<string, NpmDependency>): LockedLibrary[] {
  return Object.entries(dependencies).flatMap(([name, { version, integrity, dependencies: below = {} }]) => {
    const own: LockedLibrary[] = version && integrity ? [[`${name}:npm`, version]] : [];
    return [...own, ...oldNpmLocked(below)];
  });
}

/** Paragraphs whose first line has the names: `"@types/node@^20", "@types/node@npm:^20":`. */
function yarnLocked(text: string): LockedLibrary[] {
  return text.split(/\n{2,}/).flatMap((paragraph) => {
    const name = /^"?(@?[^@"\n]+)@/m.exec(paragraph)?.[1];
    const version = /^ {2}version:? "?([^"\n]+)"?/m.exec(paragraph)?.[1];
    const isDigested = /^ {2}(integrity|checksum):? /m.test(paragraph);
    return name === undefined || version === undefined || !isDigested ? [] : [[`${name}:npm`, version]];
  });
}

/** Keys such as `/@types/node@20.1.0(peer@1)`. */
function pnpmLocked(text: string): LockedLibrary[] {
  type Packages = Record<string, { resolution?: { integrity?: string } }>;
  const { packages = {} } = parse(text) as { packages?: Packages };
  return Object.entries(packages).flatMap(([key, { resolution }]) => {
    const [, name, version] = /^\/?(@?[^@]+)@([^()]+)/.exec(key) ?? [];
    return name === undefined || version === undefined || !resolution?.integrity
      ? []
      : [[`${name}:npm`, version]];
  });
}
