import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
} from "node:fs";
import * as path from "node:path";
import type { PlacedRequest } from "../../plan/buildRequest.ts";
import { sha256 } from "../../plan/digest.ts";
import { cacheFolder } from "../../work/cache.ts";
import type { Package } from "../proof/packages.ts";
import { isWholeFile, markWhole } from "../../work/checkedFile.ts";
import { messageOf } from "../../work/message.ts";
import { removeAbandoned, syncFile, syncFolder, writeWhole } from "../../work/wholeFile.ts";

/** Where a folder of package files that machines share is named, such as one that `npm run lock -- --export` wrote. */
const sharedVariable = "PACKAGE_STORE";

/** What the file of a package is called in a folder where such are kept, by its SHA-256: as the one that is there, else as that of its kind. */
export function packageFile(digest: string, folder: string, kind: Package["kind"] = "deb"): string {
  const name = (["deb", "rpm"] as const)
    .map((each) => `${digest}.${each}`)
    .find((each) => existsSync(path.join(folder, each)));
  return path.join(folder, name ?? `${digest}.${kind}`);
}

/** Where this machine keeps the file of a package. */
export function storedPath(digest: string, kind?: Package["kind"]): string {
  return packageFile(digest, cacheFolder("package-files"), kind);
}

/** Files of rpm begin by these bytes (rpm's documentation, "RPM v4 package format"). */
function kindOf(file: string): Package["kind"] {
  const begin = Buffer.alloc(4);
  const opened = openSync(file, "r");
  try {
    readSync(opened, begin);
    return begin.readUInt32BE() === 0xedabeedb ? "rpm" : "deb";
  } finally {
    closeSync(opened);
  }
}

/**
 * The file of a package, whole: of this machine's store, else of the shared one, from which it comes into this machine's. One that is damaged
 * is as good as none.
 * @param digest hexadecimal SHA-256.
 */
export async function findPackage(
  digest: string,
  shared = process.env[sharedVariable],
): Promise<string | undefined> {
  const there = shared === undefined || shared === "" ? "" : packageFile(digest, shared);
  const file = storedPath(digest, there.endsWith(".rpm") ? "rpm" : "deb");
  if (there !== "") keepPriority(file, priorityBeside(there));
  if (await isWholeFile(file, `sha256:${digest}`)) return file;
  return existsSync(there) && putFile(there, digest, file) ? file : undefined;
}

/** What is noted beside the file of a package: the priority that an index gave it. */
const prioritySuffix = ".priority";

/** The priority that an index gave to a package, as noted beside its file; undefined where that is not known. */
export function priorityBeside(file: string): string | undefined {
  const noted = `${file}${prioritySuffix}`;
  const text = existsSync(noted) ? readFileSync(noted, "utf8").trim() : "";
  return /^(required|important|standard|optional|extra)$/.test(text) ? text : undefined;
}

function keepPriority(file: string, priority: string | undefined): void {
  if (priority === undefined || priorityBeside(file) === priority) return;
  writeWhole(`${file}${prioritySuffix}`, `${priority}\n`);
}

/**
 * Puts the file of a package into this machine's store and, where that may be written, into the shared one.
 * @param priority what an index gave it.
 * @returns whether it has that digest; else it is in neither.
 */
export function keepPackage(
  file: string,
  digest: string,
  priority: string | undefined,
  shared = process.env[sharedVariable],
): boolean {
  const kind = kindOf(file);
  const own = storedPath(digest, kind);
  if (!putFile(file, digest, own)) return false;
  markWhole(own, `sha256:${digest}`);
  keepPriority(own, priority);
  if (shared === undefined || shared === "") return true;
  try {
    putIfOther(own, digest, packageFile(digest, shared, kind));
  } catch (error) {
    // It may be there to be read alone.
    process.stderr.write(`${sharedVariable}: ${messageOf(error)}; builds go on without\n`);
  }
  return true;
}

/** Notes which files a layer is made of, so that they are kept as long as a release has it. */
export function noteUse({ inputDigest, inputs }: Pick<PlacedRequest, "inputDigest" | "inputs">): void {
  const digests = Object.values(inputs.locked ?? {}).flatMap(({ sha256: digest }) => digest ?? []);
  if (digests.length === 0) return;
  writeWhole(path.join(cacheFolder("package-uses"), inputDigest), `${digests.join("\n")}\n`);
}

/** Puts a whole file there, unless it is there already, with what is noted beside it. */
export function putIfOther(file: string, digest: string, target: string): void {
  keepPriority(target, priorityBeside(file));
  if (existsSync(target) && sha256(readFileSync(target)) === digest) return;
  if (!putFile(file, digest, target))
    throw new Error(`${file}: expected SHA-256 ${digest}, got another; run the command again`);
}

/** No copy takes this long. */
const oldMilliseconds = 3600_000;

/** Copies a file, whole or not at all, in the place of the one that is there. @returns whether it has that digest; else nothing is copied. */
function putFile(file: string, digest: string, target: string): boolean {
  const partial = `${target}.${process.pid}.partial`;
  try {
    mkdirSync(path.dirname(target), { recursive: true });
    removeAbandoned(path.dirname(target), (name) => name.endsWith(".partial"), oldMilliseconds);
    copyFileSync(file, partial, constants.COPYFILE_FICLONE);
    const got = sha256(readFileSync(partial));
    if (got !== digest) {
      process.stderr.write(`${file}: expected SHA-256 ${digest}, got ${got}; it is not used\n`);
      return false;
    }
    syncFile(partial);
    renameSync(partial, target);
    syncFolder(path.dirname(target));
    return true;
  } finally {
    rmSync(partial, { force: true });
  }
}
