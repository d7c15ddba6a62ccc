import { existsSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import type { BaseSource } from "../../config/schema.ts";
import { hasLayer, storeLayer } from "../archive/store.ts";
import { canonicalJson, digestFiles, sha256 } from "../../plan/digest.ts";
import { baseFiles } from "../../plan/inputs.ts";
import { builderVersion } from "../../plan/tools.ts";
import { cacheFolder } from "../../work/cache.ts";
import { writeDnfRoot } from "./dnfRoot.ts";
import { isNotFound } from "../lock/refused.ts";
import { hasAllStored, lockWorkFolder } from "../lock/stage.ts";
import { localEngine } from "../../engine/DockerClient.ts";
import { labels } from "../../engine/labels.ts";
import type { PlacedRequest } from "../../plan/buildRequest.ts";
import { uncompress } from "../archive/compression.ts";
import type { BuildLog } from "../../work/log.ts";
import { runLogged } from "../../work/run.ts";
import { writeWhole } from "../../work/wholeFile.ts";
import { buildName } from "../buildName/buildName.ts";

/** What Ansible and a booting systemd need in every base. */
const essentialPackages = ["ca-certificates", "dbus", "python3", "python3-apt", "systemd-sysv"];

/** Files of packages that no box needs. */
const leftOut = ["/usr/share/doc/*", "/usr/share/man/*", "/usr/share/info/*", "/usr/share/locale/*"];

/** The command line of mmdebstrap that writes a root file system as a tar. */
export function mmdebstrapArguments(mirror: NonNullable<BaseSource["mirror"]>, output: string): string[] {
  const packages = [...new Set([...essentialPackages, ...mirror.packages])].sort();
  return [
    "--variant=minbase",
    `--include=${packages.join(",")}`,
    "--format=tar",
    ...leftOut.map((pattern) => `--dpkgopt=path-exclude=${pattern}`),
    "--dpkgopt=path-include=/usr/share/doc/*/copyright",
    mirror.suite,
    output,
    ...mirror.sources,
  ];
}

/** Options by which mmdebstrap holds to the lock. The files of packages stay until they have been looked at. */
export function lockHooks(scripts: string): string[] {
  return [
    "--skip=essential/unlink",
    `--setup-hook=${path.join(scripts, "mmdebstrap-setup.sh")}`,
    `--customize-hook=${path.join(scripts, "mmdebstrap-customize.sh")}`,
  ];
}

/** The digest of the layer of a base's root file system, made once for its source on this machine. */
export async function rootLayer(
  source: BaseSource,
  root: string,
  {
    inputDigest,
    epochSeconds,
    lock,
    inputs: { updates, locked },
  }: Pick<PlacedRequest, "inputDigest" | "epochSeconds" | "lock"> & {
    inputs: Pick<PlacedRequest["inputs"], "updates" | "locked">;
  },
  log: BuildLog,
): Promise<string> {
  const files = baseFiles(source);
  const content = files.length === 0 ? "" : digestFiles(root, files);
  const made = {
    ...{ source, content, epochSeconds, essentialPackages, leftOut, builderVersion },
    // What a mirror has is made anew for them.
    ...(source.mirror && updates && { updates }),
    ...((source.mirror ?? source.dnf) && locked && { locked }),
  };
  const key = sha256(canonicalJson(made));
  const record = path.join(cacheFolder("roots"), key);
  // What takes all as the mirror has it is not what the lock says.
  const isKept = !(locked && lock === "renewed");
  const known = isKept && existsSync(record) ? readFileSync(record, "utf8") : undefined;
  if (known !== undefined && (await hasLayer(known))) return known;
  const raw = path.join(cacheFolder("work"), `root-${key}.${process.pid}.tar`);
  try {
    await writeRoot(source, root, raw, { inputDigest, epochSeconds, isLocked: locked !== undefined }, log);
    const digest = storeLayer(raw, {
      epochSeconds,
      base: true,
      tell: (line) => {
        log.step(line);
      },
    });
    if (isKept) writeWhole(record, digest);
    return digest;
  } finally {
    rmSync(raw, { force: true });
  }
}

async function writeRoot(
  source: BaseSource,
  root: string,
  output: string,
  {
    inputDigest,
    epochSeconds,
    isLocked,
  }: Pick<PlacedRequest, "inputDigest" | "epochSeconds"> & { isLocked: boolean },
  log: BuildLog,
): Promise<void> {
  if (source.mirror) {
    await writeMirrorRoot(source.mirror, root, output, { inputDigest, epochSeconds, isLocked }, log);
  } else if (source.dnf) {
    const lock = isLocked ? lockWorkFolder({ inputDigest }) : undefined;
    await writeDnfRoot(source.dnf, root, output, { epochSeconds, lock }, log);
  } else if (source.image !== undefined) {
    log.step(`root file system of ${source.image}`);
    await localEngine.run(["pull", "--quiet", source.image]);
    await exportImage(source.image, inputDigest, output);
  } else if (source.archive !== undefined) {
    log.step(`root file system of ${source.archive}`);
    await runLogged(log, uncompress(path.join(root, source.archive)), { output });
  }
}

/** By mmdebstrap; of the store alone, where that has all that is locked and nothing else is wanted. */
async function writeMirrorRoot(
  mirror: NonNullable<BaseSource["mirror"]>,
  root: string,
  output: string,
  { inputDigest, epochSeconds, isLocked }: Parameters<typeof writeRoot>[3],
  log: BuildLog,
): Promise<void> {
  const hooks = isLocked ? lockHooks(path.join(root, "images/packer/locked")) : [];
  const command = ["mmdebstrap", ...hooks, ...mmdebstrapArguments(mirror, output)] as const;
  const own = { SOURCE_DATE_EPOCH: String(epochSeconds) };
  const held = isLocked && { LOCK: lockWorkFolder({ inputDigest }), SUITE: mirror.suite };
  if (isLocked && hasAllStored({ inputDigest })) {
    log.step(`mmdebstrap makes ${mirror.suite} of what the store has`);
    try {
      await runLogged(log, command, { environment: { ...own, ...held, STORE: "alone" } });
      return;
    } catch (error) {
      // What the recipe has and the lock has not is refused, or entered.
      if (!isNotFound(log.thisTry())) throw error;
    }
  }
  log.step(`mmdebstrap makes ${mirror.suite}`);
  await runLogged(log, command, { environment: { ...own, ...held } });
}

/** All layers of a registry's image as one file system. */
async function exportImage(image: string, inputDigest: string, output: string): Promise<void> {
  const container = await localEngine.run([
    "create",
    "--label",
    `${labels.build}=${buildName(inputDigest)}`,
    image,
    "none",
  ]);
  try {
    await localEngine.run(["export", "--output", output, container]);
  } finally {
    await localEngine.run(["rm", "--force", "--volumes", container]);
  }
}
