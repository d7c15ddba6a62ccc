import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import { localEngine } from "../../engine/DockerClient.ts";
import { indexedIn } from "../../images/lock/shown.ts";
import { sha256 } from "../../plan/digest.ts";
import { cacheFolder } from "../../work/cache.ts";
import { aptNames, inLayerBox } from "./apt.ts";

/** A package whose file is wanted. */
export interface WantedFile {
  /** `openssl:amd64`. */
  id: string;
  version: string;
  /** Hexadecimal SHA-256. */
  sha256: string;
}

/** Is given a file, which is gone afterwards, and what its index says of it. */
type KeepFile = (file: string, digest: string, priority: string | undefined) => void;

/** So many are fetched before they are kept: who is stopped goes on from there. */
const atOnce = 20;

/**
 * Fetches the files of packages in a box of an image, by its own sources, as far as these have them.
 * @param archive of the repositories that its layer is built with, beside its own.
 * @param keep is given each file, which is gone afterwards.
 * @throws Error, with what apt said.
 */
export async function downloadPackages(
  image: string,
  wanted: readonly WantedFile[],
  root: string,
  archive: string | undefined,
  keep: KeepFile,
): Promise<void> {
  await inLayerBox(image, root, archive, async (box, settings) => {
    const ids = wanted.map(({ id }) => id);
    const { packages } = await indexedIn(box, aptNames(ids), settings);
    const there = wanted.flatMap((each) => {
      const found = packages.get(each.id)?.find((known) => known.sha256 === each.sha256);
      return found ? [{ ...each, priority: found.priority }] : [];
    });
    for (let at = 0; at < there.length; at += atOnce)
      await downloadSome(box, there.slice(at, at + atOnce), settings, keep);
  });
}

async function downloadSome(
  box: string,
  wanted: readonly (WantedFile & { priority: string | undefined })[],
  settings: string | undefined,
  keep: KeepFile,
): Promise<void> {
  const folder = mkdtempSync(path.join(cacheFolder("work"), "export-"));
  const there = `/var/tmp/${path.basename(folder)}`;
  const open = settings === undefined ? [] : ["env", `APT_CONFIG=${settings}`];
  const names = wanted.map((each) => `${aptNames([each.id])[0] ?? ""}=${each.version}`);
  const script = 'mkdir "$1" && cd "$1" && shift && exec apt-get --quiet download "$@"';
  const option = ["--option", "APT::Sandbox::User=root"];
  try {
    const command = [...open, "sh", "-c", script, "download", there, ...option, ...names];
    const { exitCode, stderr } = await localEngine.exec(box, command);
    if (exitCode !== 0)
      throw new Error(`lock: expected the files of ${names.join(", ")}, got ${stderr}; run it again`);
    await localEngine.run(["cp", `${box}:${there}/.`, folder]);
    for (const name of readdirSync(folder)) {
      const file = path.join(folder, name);
      const digest = sha256(readFileSync(file));
      const found = wanted.find((each) => each.sha256 === digest);
      if (found) keep(file, digest, found.priority);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
