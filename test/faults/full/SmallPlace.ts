import { existsSync, mkdirSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";

const roomy = "4g";

/** A folder as it is, of which all that is written from now on goes to a disk of memory, whose room a test sets. */
export class SmallPlace {
  /** Where programs see it. */
  readonly folder: string;
  readonly #own: string;
  readonly #disk: string;
  /** In the order in which they were mounted. */
  readonly #mounts: string[] = [];

  private constructor(folder: string, own: string) {
    this.folder = folder;
    this.#own = own;
    this.#disk = path.join(own, "disk");
  }

  /** @param at where it is seen, default: in its own place. @param shared folders in it that stay what they are: locks, for example. */
  static async over(folder: string, at = folder, shared: readonly string[] = []): Promise<SmallPlace> {
    const place = new SmallPlace(at, mkdtempSync(path.join(tmpdir(), "fleet-small-place-")));
    try {
      await place.#mountOver(folder, shared);
      return place;
    } catch (error) {
      await place.remove();
      throw error;
    }
  }

  /** From now on there is room for so many more bytes. */
  async leave(bytes: number): Promise<void> {
    const { blocks, bfree, bsize } = statfsSync(this.#disk);
    // None at all would be no limit, which cannot be taken back (tmpfs(5)).
    await this.#remount(String(Math.max(bsize, (blocks - bfree) * bsize + bytes)));
  }

  /** There is room again. */
  async relieve(): Promise<void> {
    await this.#remount(roomy);
  }

  /** What is below is as it was before, without anything that was written since. */
  async remove(): Promise<void> {
    for (const each of this.#mounts.toReversed()) await execa("umount", ["--lazy", each]);
    rmSync(this.#own, { recursive: true, force: true });
  }

  async #remount(size: string): Promise<void> {
    await execa("mount", ["-o", `remount,size=${size}`, this.#disk]);
  }

  async #mountOver(folder: string, shared: readonly string[]): Promise<void> {
    const inside = (name: string) => path.join(this.#disk, name);
    mkdirSync(this.#disk);
    await this.#mount(["-t", "tmpfs", "-o", `size=${roomy}`, "none", this.#disk]);
    for (const name of ["upper", "work"]) mkdirSync(inside(name));
    mkdirSync(this.folder, { recursive: true });
    const layers = `lowerdir=${folder},upperdir=${inside("upper")},workdir=${inside("work")}`;
    await this.#mount(["-t", "overlay", "-o", layers, "none", this.folder]);
    for (const name of shared.filter((each) => existsSync(path.join(folder, each))))
      await this.#mount(["--bind", path.join(folder, name), path.join(this.folder, name)]);
  }

  async #mount(args: readonly string[]): Promise<void> {
    await execa("mount", args);
    this.#mounts.push(args.at(-1) ?? "");
  }
}
