import type { OwnedFolder } from "./service.ts";

/** Paths that every box may write, in memory, whatever runs there. */
export const alwaysVolatile = ["/run", "/tmp", "/var/tmp", "/var/log"];

const runnable = ":exec";

/** A path that may be written, as it is configured: `/var/cache/app`, or `/var/cache/app:exec`, where programs may be run. */
export function volatilePath(configured: string): { path: string; exec: boolean } {
  const exec = configured.endsWith(runnable);
  return { path: exec ? configured.slice(0, -runnable.length) : configured, exec };
}

/** Whether a path is another one, or lies in it. */
export function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === "/" ? folder : `${folder}/`);
}

/** Options of a file system in memory (tmpfs(5)) that is as a folder is. */
export function ownerOptions({ uid, gid, mode }: OwnedFolder): string[] {
  return [`uid=${uid}`, `gid=${gid}`, `mode=${mode.toString(8)}`];
}
