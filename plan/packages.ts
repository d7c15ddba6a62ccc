import * as path from "node:path";
import type { LayerPackage } from "../config/packages.ts";
import { canonicalJson, sha256, type FileDigests } from "./digest.ts";

/** A package that is made of a folder of the project. */
export interface LocalPackage {
  name: string;
  /** Folder with `nfpm.yaml`, in the project. */
  source: string;
  /** Twelve hexadecimal digits: equal for equal content, made by the same packager. */
  contentDigest: string;
  /** The folder's files, by their paths in the project. */
  files: readonly string[];
}

/** The packages that a layer is made with, by name. */
interface Uses {
  packages?: Readonly<Record<string, LayerPackage>>;
}

/** The packages that a layer is made with from folders of the project. */
export function localPackages({
  packages = {},
  files,
  tools,
}: Uses & { files: FileDigests; tools: Readonly<Record<string, string>> }): LocalPackage[] {
  return Object.entries(packages).flatMap(([name, { source }]) =>
    source === undefined ? [] : [localPackage(name, source, files, tools["nfpm"] ?? "")],
  );
}

/** The folders of the project that a layer's packages are made of. */
export function packageFolders({ packages = {} }: Uses): string[] {
  return Object.values(packages).flatMap(({ source }) => (source === undefined ? [] : [source]));
}

/** One package, of the files that lie in its folder among those given. */
export function localPackage(
  name: string,
  source: string,
  files: FileDigests,
  packagerVersion: string,
): LocalPackage {
  const own = Object.fromEntries(
    Object.entries(files)
      .filter(([file]) => file.startsWith(`${source}/`))
      .map(([file, digest]) => [path.posix.relative(source, file), digest]),
  );
  const contentDigest = sha256(canonicalJson({ own, packagerVersion })).slice(0, 12);
  return { name, source, contentDigest, files: Object.keys(own).map((file) => `${source}/${file}`) };
}
