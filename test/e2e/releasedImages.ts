import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { projectRoot } from "../../config/root.ts";
import { inspectImage } from "../../engine/images.ts";
import { layerArchives } from "../../images/archive/layerArchives.ts";
import { localReference } from "../../engine/labels.ts";
import { attest } from "../../images/proof/attest.ts";
import { readContents } from "../../images/proof/contents.ts";
import { proofFolder } from "../../images/proof/store.ts";
import type { ReleaseImage } from "../../images/release/release.ts";
import { writeRelease } from "../../images/release/store.ts";
import { making } from "../images/proof/fixture.ts";

/** Made-up container images, each of one file, in this machine's engine and signed as if they had been built here. */
export class ReleasedImages {
  readonly #made = new Map<string, ReleaseImage>();

  /** The image of a name; another name is another image. */
  async image(name: string): Promise<ReleaseImage> {
    const known = this.#made.get(name);
    if (known) return known;
    const folder = mkdtempSync(path.join(tmpdir(), "immutable-fleets-released-"));
    const inputDigest = randomBytes(32).toString("hex");
    const reference = localReference(name, inputDigest);
    writeFileSync(path.join(folder, "file"), inputDigest);
    await execa("tar", ["-cf", "root.tar", "file"], { cwd: folder });
    const { stdout: image } = await execa("docker", ["import", path.join(folder, "root.tar"), reference]);
    rmSync(folder, { recursive: true });
    const made = { image, inputDigest };
    this.#made.set(name, made);
    const facts = await inspectImage(image);
    if (!facts) throw new Error(`expected the image ${name} in this engine, got none`);
    await attest(
      projectRoot,
      { ...making(image), place: name, parent: undefined },
      readContents(await layerArchives(facts)),
    );
    return made;
  }

  async forget(): Promise<void> {
    const images = [...this.#made.values()].map(({ image }) => image);
    for (const image of images) rmSync(proofFolder(image), { recursive: true, force: true });
    if (images.length > 0) await execa("docker", ["image", "rm", "--force", ...images], { reject: false });
  }
}

/** Records a release of dev. `fleets`: the place and the image of each. */
export async function recordImages(
  root: string,
  number: number,
  fleets: Readonly<Record<string, { place: string; image: ReleaseImage }>>,
): Promise<void> {
  const placed = Object.entries(fleets);
  await writeRelease(root, {
    format: 1,
    environment: "dev",
    number,
    createdAt: new Date().toISOString(),
    images: Object.fromEntries(placed.map(([, { place, image }]) => [place, image])),
    machineImages: {},
    fleets: Object.fromEntries(placed.map(([fleet, { place }]) => [fleet, { image: place }])),
  });
}
