import {
  chmodSync,
  copyFileSync,
  lutimesSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import { parse } from "yaml";
import { z } from "zod";
import { cacheFolder, noteRead } from "../../work/cache.ts";
import { withLock } from "../../work/lock.ts";
import type { LocalPackage } from "../../plan/packages.ts";
import { buildLock } from "../buildName/buildName.ts";
import { refuseLinks } from "../packageBuild/links.ts";
import { buildSource, isBuiltLocally, noBuilderImage, type BuilderImage } from "../packageBuild/build.ts";
import { messageOf } from "../../work/message.ts";
import { keepPackages, keptPackages } from "./keptPackages.ts";

/** A package that is built, in both formats. */
export interface BuiltPackage {
  name: string;
  version: string;
  /** Paths of the deb and the RPM. */
  files: string[];
}

const formats = ["deb", "rpm"] as const;

/** What is read of nfpm.yaml here; nfpm reads the rest. */
const definitionSchema = z.looseObject({
  name: z.string(),
  version: z.string(),
  depends: z.array(z.string()).default([]),
});

/** The definition of the package in a folder. @throws Error when it is missing or is not one. */
export function readDefinition(root: string, source: string): z.output<typeof definitionSchema> {
  const file = path.join(source, "nfpm.yaml");
  try {
    return definitionSchema.parse(parse(readFileSync(path.join(root, file), "utf8")));
  } catch (error) {
    const [reason] = messageOf(error).split("\n");
    const fix = "see docs/packages.md";
    throw new Error(`${file}: expected a package's definition with name and version, got ${reason}; ${fix}`, {
      cause: error,
    });
  }
}

/** The version with the content's digest filled in. */
export function packageVersion(version: string, contentDigest: string): string {
  return version.replaceAll("${CONTENT_DIGEST}", contentDigest);
}

/** The command line of nfpm for one format; it runs in the folder of the staged files. */
function nfpmCommand(format: (typeof formats)[number], target: string): [string, ...string[]] {
  return ["nfpm", "package", "--packager", format, "--config", "nfpm.yaml", "--target", target];
}

/**
 * Makes deb and RPM of a package, or finds those that were made of the same content. The same content gives the same bytes:
 * files are packed with fixed times and modes.
 * @param builderImage what makes the image of a layer that it is built in.
 */
export async function buildPackage(
  local: LocalPackage,
  root: string,
  epochSeconds: number,
  builderImage: BuilderImage = noBuilderImage,
): Promise<BuiltPackage> {
  const { name, source, contentDigest } = local;
  const definition = readDefinition(root, source);
  const version = packageVersion(definition.version, contentDigest);
  checkDefinition(definition, name, source);
  const done = path.join(cacheFolder("packages", "built"), `${name}-${contentDigest}-${epochSeconds}`);
  const kept = () => {
    const present = keptPackages(done);
    if (present.length > 0) noteRead(done);
    return present.length > 0 ? { name, version, files: present } : undefined;
  };
  const found = kept();
  if (found) return found;
  // Another process may be first; its packages are the same.
  const making = async () => ({
    name,
    version,
    files: await make(local, root, done, epochSeconds, builderImage),
  });
  if (!local.build) return making();
  const waiting = () => {
    process.stderr.write(`package-${name}: waits for another build of the same\n`);
  };
  return withLock(buildLock(contentDigest), waiting, async () => kept() ?? making());
}

/** Makes a package, and keeps it in a folder. @returns the paths of its files. */
async function make(
  local: LocalPackage,
  root: string,
  done: string,
  epochSeconds: number,
  builderImage: BuilderImage,
): Promise<string[]> {
  const { name, source, contentDigest, files } = local;
  const work = path.join(cacheFolder("work"), `package-${name}-${contentDigest}-${process.pid}`);
  const tree = path.join(work, "tree");
  const staged = path.join(tree, local.build?.folder ?? "source");
  try {
    stage(root, source, files, staged, epochSeconds);
    mkdirSync(path.join(work, "target"));
    if (isBuiltLocally(local)) {
      await buildSource(local, { tree, work, epochSeconds }, builderImage);
      refuseLinks(readDefinition(root, source), `${source}/nfpm.yaml`, staged);
    }
    const environment = { CONTENT_DIGEST: contentDigest, ARCHITECTURE: local.build?.architecture ?? "all" };
    for (const format of formats)
      await runNfpm(format, staged, path.join(work, "target"), epochSeconds, environment);
    return keepPackages(path.join(work, "target"), done);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function checkDefinition(
  { name, version }: { name: string; version: string },
  wanted: string,
  source: string,
): void {
  if (name !== wanted)
    throw new Error(
      `${source}/nfpm.yaml: expected the name ${wanted}, got ${name}; use one name in both places`,
    );
  if (!version.includes("${CONTENT_DIGEST}"))
    throw new Error(
      `${source}/nfpm.yaml: expected a version with \${CONTENT_DIGEST}, got ${version}; for example ${version}+\${CONTENT_DIGEST}`,
    );
}

/** Copies the files with fixed modes and times, whatever the umask and the clone were. */
function stage(
  root: string,
  source: string,
  files: readonly string[],
  target: string,
  epochSeconds: number,
): void {
  const folders = new Set([target]);
  for (const file of files) {
    const copy = path.join(target, path.posix.relative(source, file));
    mkdirSync(path.dirname(copy), { recursive: true });
    for (let folder = path.dirname(copy); folder !== target; folder = path.dirname(folder))
      folders.add(folder);
    const original = path.join(root, file);
    // A link to a file is packed as that file; one to a folder, or to what is there in a box alone, stays one.
    if (statSync(original, { throwIfNoEntry: false })?.isFile() !== true) {
      symlinkSync(readlinkSync(original), copy);
      lutimesSync(copy, epochSeconds, epochSeconds);
      continue;
    }
    copyFileSync(original, copy);
    chmodSync(copy, (statSync(copy).mode & 0o111) === 0 ? 0o644 : 0o755);
    utimesSync(copy, epochSeconds, epochSeconds);
  }
  for (const folder of folders) {
    chmodSync(folder, 0o755);
    utimesSync(folder, epochSeconds, epochSeconds);
  }
}

async function runNfpm(
  format: "deb" | "rpm",
  staged: string,
  target: string,
  epochSeconds: number,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const [program, ...args] = nfpmCommand(format, target);
  const result = await execa(program, args, {
    cwd: staged,
    env: { ...environment, SOURCE_DATE_EPOCH: String(epochSeconds) },
    all: true,
    reject: false,
  });
  if (result.failed) throw new Error(`nfpm: ${result.all || result.shortMessage || "failed"}`);
}
