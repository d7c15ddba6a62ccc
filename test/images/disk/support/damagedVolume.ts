import assert from "node:assert/strict";
import { closeSync, openSync, readFileSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { execa } from "execa";
import { diskDigest } from "../../../../images/disk/index.ts";

const MiB = 1024 * 1024;
const firstMiB = 64;
const grownMiB = 256;

/** A volume with a file in its ext4, of which the first superblock is lost; copies of it are there. */
export class DamagedVolume {
  readonly file: string;
  readonly #kept: string;

  private constructor(file: string, kept: string) {
    this.file = file;
    this.#kept = kept;
  }

  /** @param kept path of the file that it holds. */
  static async make(file: string, kept: string): Promise<DamagedVolume> {
    const volume = new DamagedVolume(file, kept);
    writeFileSync(file, "");
    truncateSync(file, firstMiB * MiB);
    await volume.#run("mke2fs", "-q", "-t", "ext4", "-b", "1024");
    await volume.#run("debugfs", "-w", "-R", `write ${kept} kept`);
    const damaged = openSync(file, "r+");
    writeSync(damaged, Buffer.alloc(1024), 0, 1024, 1024);
    closeSync(damaged);
    return volume;
  }

  digest(): Promise<string> {
    return diskDigest(this.file);
  }

  /** Runs what a box says on its console; makes the volume larger. */
  async mendAndEnlarge(told: string): Promise<void> {
    const [, ...args] = /e2fsck (-f) (-b) (\d+) (-B) (\d+) /.exec(told) ?? [];
    assert.equal(args.length, 5, told);
    await this.#run("e2fsck", ...args, "-y");
    truncateSync(this.file, grownMiB * MiB);
  }

  /** Asserts that the file is there, in a file system in good order that fills the volume. */
  async assertWhole(): Promise<void> {
    assert.match(await this.#run("e2fsck", "-f", "-n"), /Pass 5/);
    assert.match(await this.#run("dumpe2fs", "-h"), new RegExp(`^Block count: +${grownMiB * 1024}$`, "m"));
    const content = await this.#run("debugfs", "-R", "cat kept");
    assert.ok(content.includes(readFileSync(this.#kept, "utf8").trim()), content);
  }

  async #run(program: string, ...args: string[]): Promise<string> {
    return (await execa(program, [...args, this.file], { reject: false, all: true })).all;
  }
}
