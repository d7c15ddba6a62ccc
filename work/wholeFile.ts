import {
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import * as path from "node:path";

export interface WholeFileOptions {
  /** Rights; default: those of the file that is replaced, else what the process gives to new ones. */
  mode?: number;
}

/**
 * Writes a file that must survive, in the place of the one that is there: whole or not at all, whatever happens to this process,
 * the machine or its disk meanwhile. What it refers to is to be written before it.
 * @throws Error that names the file, which is as it was.
 */
export function writeWhole(file: string, content: string | Buffer, options: WholeFileOptions = {}): void {
  // A link stays one.
  const target = existsSync(file) ? realpathSync(file) : file;
  const mode = options.mode ?? (existsSync(target) ? statSync(target).mode & 0o7777 : undefined);
  throughPartial(target, content, mode, (partial) => {
    renameSync(partial, target);
  });
}

/**
 * Writes a file that must survive, whole or not at all, where there is none.
 * @returns whether it did: false where there is one already, which stays.
 */
export function createWhole(
  file: string,
  content: string | Buffer,
  { mode }: WholeFileOptions = {},
): boolean {
  return throughPartial(file, content, mode, (partial) => {
    try {
      linkSync(partial, file);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw error;
    }
  });
}

// `write-file-atomic` knows neither a file that must not replace another, nor the folder, which a crash may forget the name in.
function throughPartial<T>(
  target: string,
  content: string | Buffer,
  mode: number | undefined,
  put: (partial: string) => T,
): T {
  const folder = path.dirname(target);
  const partial = path.join(folder, `.${path.basename(target)}.${process.pid}.partial`);
  try {
    mkdirSync(folder, { recursive: true });
    removeLeft(target);
    writeThrough(partial, content, mode);
    const result = put(partial);
    syncFolder(folder);
    return result;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const problem = `${target}: expected to be written whole, got ${message}; nothing of it was changed`;
    throw Object.assign(new Error(problem, { cause: error }), code === undefined ? {} : { code });
  } finally {
    rmSync(partial, { force: true });
  }
}

function writeThrough(file: string, content: string | Buffer, mode: number | undefined): void {
  const descriptor = openSync(file, "w", mode ?? 0o666);
  try {
    if (mode !== undefined) fchmodSync(descriptor, mode);
    writeFileSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Has the disk know what was written to a file. */
export function syncFile(file: string): void {
  const descriptor = openSync(file, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Has the disk know the names in a folder. Where a file system cannot, it does so by itself. */
export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } catch (error) {
    if (!["EINVAL", "ENOTSUP", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** No write takes this long. */
const oldMilliseconds = 3600_000;

/** Removes what killed processes left of this file. */
function removeLeft(target: string): void {
  const start = `.${path.basename(target)}.`;
  const isPartial = (name: string) =>
    name.startsWith(start) && /^\d+\.partial$/.test(name.slice(start.length));
  removeAbandoned(path.dirname(target), isPartial, oldMilliseconds);
}

/** Removes what killed processes left in a folder: the files of such names whose last write is longer ago. */
export function removeAbandoned(
  folder: string,
  isOurs: (name: string) => boolean,
  oldMilliseconds: number,
): void {
  for (const name of readdirSync(folder).filter(isOurs)) {
    const file = path.join(folder, name);
    const age = Date.now() - (lstatSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > oldMilliseconds) rmSync(file, { force: true });
  }
}
