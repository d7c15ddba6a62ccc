import { createWriteStream, existsSync, rmSync } from "node:fs";
import * as path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import pLimit from "p-limit";
import { z } from "zod";
import { repositoryIn, type Repository } from "../../engine/registry/ask.ts";
import type { PlacedRequest } from "../../plan/buildRequest.ts";
import { distributionPackages, type LockedPlace } from "../../plan/lockedPackages.ts";
import { cacheFolder } from "../../work/cache.ts";
import { messageOf } from "../../work/message.ts";
import {
  descriptorOf,
  mediaTypes,
  pullBlob,
  pullManifest,
  pushBlob,
  pushManifest,
  type Descriptor,
} from "../artifacts/artifact.ts";
import { findPackage, keepPackage, priorityBeside, storedPath } from "./packageStore.ts";

/** Of a registry, below its prefix: the repository that has the files of packages. */
const packagesRepository = "packages";

/** How a registry calls the file of a package, and all that a layer is made of. */
const packageTags = {
  file: (digest: string) => `file-${digest}`,
  layer: (inputDigest: string) => `layer-${inputDigest}`,
} as const;

/** Whether a registry calls a package, or those of a layer, so. */
export function isPackageTag(tag: string): boolean {
  return /^(file|layer)-[0-9a-f]{64}$/.test(tag);
}

/** What says of a manifest that it is of a package. */
const packageArtifact = "application/vnd.immutable-fleets.package.v1";

/** What manifests say. */
export const packageAnnotations = {
  created: "org.opencontainers.image.created",
  title: "org.opencontainers.image.title",
  version: "org.opencontainers.image.version",
  priority: "immutable-fleets.priority",
  /** In the manifest of a layer, of each of its files: the hexadecimal SHA-256. */
  file: "immutable-fleets.file",
} as const;

const manifestSchema = z.object({
  layers: z.array(z.object({ digest: z.string() })),
  annotations: z.record(z.string(), z.string()).optional(),
});

const fileTypes = { deb: "application/vnd.debian.binary-package", rpm: "application/x-rpm" } as const;

/** So many files are under way at a time. */
const atOnce = 6;

type Digested = [id: string, { version: string; sha256: string }];

/**
 * Takes the files of packages that this machine has not from the team's registry into this machine's store. A registry that cannot be asked
 * is as good as none.
 * @param digests hexadecimal SHA-256 of each.
 * @param isBase whether a file is of no use without its priority.
 */
export async function takeFromRegistry(
  prefix: string,
  digests: readonly string[],
  isBase: boolean,
  tell: (line: string) => void,
): Promise<void> {
  const missing: string[] = [];
  for (const digest of digests) {
    const file = await findPackage(digest);
    if (file === undefined || (isBase && priorityBeside(file) === undefined)) missing.push(digest);
  }
  if (missing.length === 0) return;
  const repository = repositoryIn(`${prefix}/${packagesRepository}`);
  try {
    const taken = await inTurn(missing, (each) => takeFile(repository, each));
    const count = taken.filter(Boolean).length;
    if (count > 0) tell(`${count} of ${missing.length} package files are from ${prefix}`);
  } catch (error) {
    tell(`packages of ${prefix} cannot be had: ${messageOf(error)}; the build goes on without`);
  }
}

async function takeFile(repository: Repository, sha256: string): Promise<boolean> {
  const text = await pullManifest(repository, packageTags.file(sha256));
  if (text === undefined) return false;
  const { annotations: said = {} } = manifestSchema.parse(JSON.parse(text));
  const content = await pullBlob(repository, `sha256:${sha256}`);
  if (content === undefined) return false;
  const file = path.join(cacheFolder("work"), `pull-${process.pid}-${sha256}`);
  try {
    await pipeline(Readable.fromWeb(content as ReadableStream), createWriteStream(file));
    // What is damaged, or another file, is told and not kept.
    return keepPackage(file, sha256, said[packageAnnotations.priority]);
  } finally {
    rmSync(file, { force: true });
  }
}

/**
 * Puts the files that a layer is made of into the team's registry, as far as this machine or the registry has them: each under its digest, and all
 * of the layer under its input digest, by which they are kept as long as it.
 */
export async function shareFiles(
  { inputs, inputDigest, registry }: PlacedRequest,
  tell: (line: string) => void,
  now: Date = new Date(),
): Promise<void> {
  const all = digested(inputs.locked ?? {});
  if (!registry?.push || all.length === 0) return;
  const repository = repositoryIn(`${registry.prefix}/${packagesRepository}`);
  try {
    const config = await pushBlob(repository, { text: "{}" }, mediaTypes.empty);
    const shared = await inTurn(all, (each) => shareFile(repository, each, config, now));
    const manifests = shared.flatMap((each, at) => {
      const [id = "", of] = all[at] ?? [];
      // A manifest is put anew once more is known of its file.
      const own = { [packageAnnotations.title]: id, [packageAnnotations.file]: of?.sha256 ?? "" };
      return each ? [{ ...each, annotations: own }] : [];
    });
    if (manifests.length === 0) return;
    await pushManifest(repository, packageTags.layer(inputDigest), {
      ...{ mediaType: mediaTypes.index, artifactType: packageArtifact, manifests },
      annotations: {
        [packageAnnotations.created]: now.toISOString(),
        [packageAnnotations.title]: inputs.layer,
      },
    });
  } catch (error) {
    tell(
      `packages of ${registry.prefix} cannot be put there: ${messageOf(error)}; others take them from mirrors`,
    );
  }
}

async function shareFile(
  repository: Repository,
  [id, { version, sha256 }]: Digested,
  config: Descriptor,
  now: Date,
): Promise<Descriptor | undefined> {
  const tag = packageTags.file(sha256);
  const present = await describedManifest(repository, tag);
  const file = storedPath(sha256);
  const priority = priorityBeside(file);
  if (present && (present.hasPriority || priority === undefined)) return present.descriptor;
  if (!existsSync(file)) return present?.descriptor;
  const type = fileTypes[file.endsWith(".rpm") ? "rpm" : "deb"];
  const layer = await pushBlob(repository, { file, digest: sha256 }, type);
  return pushManifest(repository, tag, {
    ...{ mediaType: mediaTypes.manifest, artifactType: packageArtifact, config, layers: [layer] },
    annotations: {
      [packageAnnotations.created]: now.toISOString(),
      [packageAnnotations.title]: id,
      [packageAnnotations.version]: version,
      ...(priority !== undefined && { [packageAnnotations.priority]: priority }),
    },
  });
}

async function describedManifest(
  repository: Repository,
  tag: string,
): Promise<{ descriptor: Descriptor; hasPriority: boolean } | undefined> {
  const text = await pullManifest(repository, tag);
  if (text === undefined) return undefined;
  const { annotations: said = {} } = manifestSchema.parse(JSON.parse(text));
  return {
    descriptor: descriptorOf(text, mediaTypes.manifest),
    hasPriority: packageAnnotations.priority in said,
  };
}

/** Those of a distribution whose files are known by a digest. */
function digested(packages: LockedPlace["packages"]): Digested[] {
  return Object.entries(distributionPackages(packages)).flatMap(([id, { version, sha256 }]): Digested[] =>
    sha256 === undefined ? [] : [[id, { version, sha256 }]],
  );
}

/** Some at a time; the results in order. @throws what the first one throws; no more begin then. */
async function inTurn<T, R>(all: readonly T[], work: (each: T) => Promise<R>): Promise<R[]> {
  const limit = pLimit(atOnce);
  try {
    return await Promise.all(all.map((each) => limit(() => work(each))));
  } finally {
    limit.clearQueue();
  }
}
