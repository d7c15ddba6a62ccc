import { existsSync } from "node:fs";
import * as path from "node:path";
import type { Configuration } from "../../config/schema.ts";
import {
  findPackage,
  keepPackage,
  packageFile,
  priorityBeside,
  putIfOther,
} from "../../images/lock/packageStore.ts";
import { takeFromRegistry } from "../../images/lock/registryStore.ts";
import { architectureOf } from "../../plan/architecture.ts";
import { lockFile, lockText, readLock } from "../../plan/lockFile.ts";
import { isOfRegistry, isOfRpm } from "../../plan/lockedPackages.ts";
import { toolVersions } from "../../plan/tools.ts";
import { writeWhole } from "../../work/wholeFile.ts";
import { forgetLists } from "../freshen/apt.ts";
import { telling } from "../move/telling.ts";
import { counted } from "../text/format.ts";
import { downloadPackages, type WantedFile } from "./download.ts";
import { lookForLock } from "./look.ts";
import { withRepositories } from "./repositories.ts";

/** A package that the lock has, and where. */
interface LockedFile extends WantedFile {
  place: string;
  architecture: string;
}

/** One whose file, or whose priority alone, is to be fetched. */
interface MissingFile extends LockedFile {
  isStored: boolean;
}

/** What an export came to. */
export interface LockExport {
  /** How many files the folder has of those that the lock refers to. */
  files: number;
  /** What the lock has no file of: no digest is known, or pip, npm or ansible-galaxy bring it. `base: own:all 1.0`. */
  undigested: string[];
}

/**
 * Writes the lock and every file that it refers to into a folder: those that the store has, or the team's registry, the others by the sources of the images. One that is
 * there already stays; the lock is written last.
 * @throws Error that names each file that can be had no more.
 */
export async function exportLock(
  configuration: Configuration,
  root: string,
  folder: string,
): Promise<LockExport> {
  const lock = readLock(root);
  if (Object.keys(lock.packages).length === 0)
    throw new Error(`${lockFile}: expected packages in it, got none; npm run lock writes them`);
  const { wanted, undigested } = filesOf(lock.packages);
  const count = () => wanted.filter((each) => existsSync(packageFile(each.sha256, folder))).length;
  await telling(
    () => `${count()} of ${counted(wanted.length, "file")}`,
    async () => {
      let missing = await putStored(wanted, folder);
      if (configuration.registry && missing.length > 0) {
        const digests = missing.map((each) => each.sha256);
        await takeFromRegistry(configuration.registry.prefix, digests, true, tell);
        missing = await putStored(missing, folder);
      }
      if (missing.length > 0) await fetchMissing(missing, configuration, root, folder);
      missing = (await putStored(missing, folder)).filter(({ isStored }) => !isStored);
      if (missing.length > 0) throw new Error(missing.map(goneLine).join("\n"));
    },
  );
  writeWhole(path.join(folder, lockFile), lockText(lock));
  return { files: wanted.length, undigested };
}

/** All that a lock refers to, each file once. */
function filesOf(packages: ReturnType<typeof readLock>["packages"]): {
  wanted: LockedFile[];
  undigested: string[];
} {
  const wanted = new Map<string, LockedFile>();
  const undigested: string[] = [];
  for (const [place, machines] of Object.entries(packages))
    for (const [architecture, locked] of Object.entries(machines))
      for (const [id, { version, sha256 }] of Object.entries(locked.packages))
        if (sha256 === undefined || isOfRegistry(id)) undigested.push(`${place}: ${id} ${version}`);
        else wanted.set(sha256, wanted.get(sha256) ?? { place, architecture, id, version, sha256 });
  return { wanted: [...wanted.values()], undigested };
}

/** Puts what the store has into the folder. @returns what it has not, or without its priority. */
async function putStored(files: readonly LockedFile[], folder: string): Promise<MissingFile[]> {
  const missing: MissingFile[] = [];
  for (const each of files) {
    // Who goes on with an export has in the folder what the store of another machine had.
    const stored = (await findPackage(each.sha256, folder)) ?? (await findPackage(each.sha256));
    if (stored === undefined || (priorityBeside(stored) === undefined && !isOfRpm(each.id)))
      missing.push({ ...each, isStored: stored !== undefined });
    if (stored !== undefined)
      putIfOther(stored, each.sha256, packageFile(each.sha256, folder, isOfRpm(each.id) ? "rpm" : "deb"));
  }
  return missing;
}

/** Has the store get files that it lacks, by boxes of the images: where one of these is built, the build gets them. */
async function fetchMissing(
  missing: readonly LockedFile[],
  configuration: Configuration,
  root: string,
  folder: string,
): Promise<void> {
  const own = architectureOf(toolVersions(root));
  // Boxes are asked by apt.
  const ours = missing.filter(({ id, architecture }) => architecture === own && !isOfRpm(id));
  if (ours.length === 0) return;
  const { images } = await lookForLock(configuration, root, false);
  forgetLists();
  for (const [place, all] of Map.groupBy(ours, (each) => each.place)) {
    const at = images.find((each) => each.place === place);
    const still = await putStored(all, folder);
    if (at === undefined || still.length === 0) continue;
    await withRepositories(at.layer, configuration, root, (archive) =>
      downloadPackages(at.image, still, root, archive, (file, digest, priority) => {
        keepPackage(file, digest, priority, folder);
      }),
    );
  }
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

function goneLine({ place, architecture, id, version }: LockedFile): string {
  return `${lockFile}: expected the file of ${id} ${version} in ${place} for ${architecture}, got none from the store and the sources of its image; npm run freshen where it is gone, or export it where it was built`;
}
