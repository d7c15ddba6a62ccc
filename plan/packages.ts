import * as path from "node:path";
import type { PackageBuild } from "../config/packageBuild.ts";
import type { LayerPackage } from "../config/packages.ts";
import { architectureOf } from "./architecture.ts";
import { canonicalJson, digestFiles, sha256, type FileDigests } from "./digest.ts";
import type { PlacedInputs } from "./LayerInputs.ts";

/** A package that is made of a folder of the project. */
export interface LocalPackage {
  name: string;
  /** Folder with `nfpm.yaml`, in the project. */
  source: string;
  /** Twelve hexadecimal digits: equal for equal content, made by the same packager, and built in the same way. */
  contentDigest: string;
  /** The folder's files, by their paths in the project. */
  files: readonly string[];
  /** How it is built before it is packed. Absent: it is packed as it is. */
  build?: LocalBuild;
}

/** How a package is built, for machines of an architecture. */
export interface LocalBuild extends PackageBuild {
  architecture: string;
  /** The layers in whose image it is built, base first. Absent: in an existing image. */
  builder?: readonly PlacedInputs[];
}

/** The packages that a layer is made with, by name. */
interface Uses {
  packages?: Readonly<Record<string, LayerPackage>>;
  builders?: Readonly<Record<string, readonly PlacedInputs[]>>;
}

/** What a package is made by: the packager's version, and how its source is built before. */
interface Means {
  packager: string;
  build?: LocalBuild;
}

/** The packages that a layer is made with from folders of the project. */
export function localPackages({
  packages = {},
  builders = {},
  files,
  tools,
}: Uses & { files: FileDigests; tools: Readonly<Record<string, string>> }): LocalPackage[] {
  const architecture = architectureOf(tools);
  return Object.entries(packages).flatMap(([name, { source, build }]) => {
    if (source === undefined) return [];
    const builder = build?.layer === undefined ? undefined : builders[build.layer];
    const own = build && { build: { ...build, architecture, ...(builder && { builder }) } };
    return [localPackage(name, source, files, { packager: tools["nfpm"] ?? "", ...own })];
  });
}

/** The folders of the project that a layer's packages are made of. */
export function packageFolders({ packages = {} }: Uses): string[] {
  return Object.values(packages).flatMap(({ source }) => (source === undefined ? [] : [source]));
}

/** The files of those folders, without what builds make there. */
export function packageFiles(root: string, uses: Uses): FileDigests {
  return digestFiles(root, packageFolders(uses), madeByBuilds(uses.packages));
}

/** Whether a path of the project is what a package's build makes, or is told to ignore: no part of its source. */
export function madeByBuilds(packages: Uses["packages"] = {}): (path: string) => boolean {
  const made = new Set(
    Object.values(packages).flatMap(({ source, build }) =>
      source === undefined || !build
        ? []
        : [...build.output, ...build.ignore].map((each) => path.posix.join(source, each).replace(/\/+$/, "")),
    ),
  );
  return (file) => made.has(file);
}

/** One package, of the files that lie in its folder among those given. */
export function localPackage(
  name: string,
  source: string,
  files: FileDigests,
  { packager, build }: Means,
): LocalPackage {
  const own = Object.fromEntries(
    Object.entries(files)
      .filter(([file]) => file.startsWith(`${source}/`))
      .map(([file, digest]) => [path.posix.relative(source, file), digest]),
  );
  const means = { packagerVersion: packager, ...(build && { build: { ...build, version: buildVersion } }) };
  const contentDigest = sha256(canonicalJson({ own, ...means })).slice(0, 12);
  return {
    ...{ name, source, contentDigest },
    files: Object.keys(own).map((file) => `${source}/${file}`),
    ...(build && { build }),
  };
}

/** The version of the code in images/packageBuild that decides how what is built comes out. */
const buildVersion = "1";
