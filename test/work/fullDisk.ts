import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execaSync } from "execa";

/** A small disk of memory that tests fill up. */
export interface SmallDisk {
  folder: string;
  /** Takes all the room that is left. */
  fill(): void;
  /** Makes it as small as what is on it, so that it is full without taking memory; `widen` gives it its size back. */
  narrow(): void;
  widen(): void;
  remove(): void;
}

/** A disk of some KiB for each test of a suite, or one for all; they are skipped where this user may not mount one. */
export function useSmallDisk(kibibytes: number, forAll = false): () => SmallDisk {
  let disk: SmallDisk | undefined;
  const [begin, end] = forAll ? [before, after] : [beforeEach, afterEach];
  begin(function () {
    disk = smallDisk(kibibytes);
    if (disk) return;
    console.log("      skipped: only root may mount a small disk");
    this.skip();
  });
  end(() => disk?.remove());
  return () => disk as SmallDisk;
}

/** A disk of some KiB; undefined where this user may not mount one. */
export function smallDisk(kibibytes: number): SmallDisk | undefined {
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-small-disk-"));
  const options = ["-t", "tmpfs", "-o", `size=${kibibytes}k`, "none", folder];
  if (process.getuid?.() !== 0 || execaSync("mount", options, { reject: false }).failed) {
    rmSync(folder, { recursive: true });
    return undefined;
  }
  return {
    folder,
    fill: () => {
      for (const size of [2 ** 20, 4096, 1])
        try {
          for (let part = 0; part < 1000; part++)
            writeFileSync(path.join(folder, "filler"), Buffer.alloc(size), { flag: "a" });
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
        }
    },
    narrow: () => {
      const { blocks, bfree, bsize } = statfsSync(folder);
      resize(folder, ((blocks - bfree) * bsize) / 1024);
    },
    widen: () => {
      resize(folder, kibibytes);
    },
    remove: () => {
      execaSync("umount", [folder]);
      rmSync(folder, { recursive: true });
    },
  };
}

function resize(folder: string, kibibytes: number): void {
  execaSync("mount", ["-o", `remount,size=${kibibytes}k`, folder]);
}
