import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import type { DnfSource } from "../../config/baseSource.ts";
import { sha256 } from "../../plan/digest.ts";
import type { BuildLog } from "../../work/log.ts";
import { runLogged } from "../../work/run.ts";

/** What Ansible and a booting systemd need in every base of an RPM distribution. */
const essentialPackages = ["ca-certificates", "dbus", "dnf", "python3", "systemd"];

/** Where dnf keeps what it reads, in the new root. */
const cacheFolder = "/var/cache/dnf";

/** What holds dnf to the lock. */
const lockedBox = "images/packer/locked/box";

/** The script that runs dnf where it may mount and own what it likes. */
const script = path.join(import.meta.dirname, "dnf-root.sh");

/** dnf's settings: these repositories alone, each known by its key or by the digest that is compared. */
export function dnfSettings({ repositories }: DnfSource, root: string, work: string): string {
  const sections = Object.entries(repositories).flatMap(([name, { url, key }]) => [
    `[${name}]`,
    `name=${name}`,
    `baseurl=${url}`,
    ...(key === undefined ? ["gpgcheck=0"] : ["gpgcheck=1", `gpgkey=file://${path.join(root, key)}`]),
  ]);
  const main = [
    "[main]",
    `reposdir=${work}/repos`,
    // Inside the new root.
    `cachedir=${cacheFolder}`,
    "pluginpath=/nonexistent",
    // What was compared is what is installed.
    "metadata_expire=-1",
    "install_weak_deps=False",
    "tsflags=nodocs",
    "assumeyes=True",
  ];
  return `${[...main, ...sections].join("\n")}\n`;
}

/** rpm's macros: where the database is, and which folders are mounted while packages are installed. */
export function rpmMacros({ database }: DnfSource): string {
  return `%_dbpath ${database}\n%_netsharedpath /dev:/proc:/sys\n`;
}

/** The arguments of dnf for a new root. */
export function dnfArguments(
  { release, packages }: DnfSource,
  work: string,
  action: "makecache" | "install",
) {
  const wanted = [...new Set([...essentialPackages, ...packages])].sort();
  return [
    ...["--config", `${work}/dnf.conf`, "--installroot", `${work}/root`, "--releasever", release],
    ...(action === "install" ? [action, ...wanted] : [action]),
  ];
}

/**
 * Writes a root file system of an RPM distribution as a tar.
 * @param lock folder with what dnf is held to; undefined where its base has no lock.
 * @throws Error when a repository is not the one that is pinned.
 */
export async function writeDnfRoot(
  source: DnfSource,
  root: string,
  output: string,
  { epochSeconds, lock }: { epochSeconds: number; lock: string | undefined },
  log: BuildLog,
): Promise<void> {
  const work = `${output}.dnf`;
  mkdirSync(path.join(work, "repos"), { recursive: true });
  writeFileSync(path.join(work, "dnf.conf"), dnfSettings(source, root, work));
  writeFileSync(path.join(work, ".rpmmacros"), rpmMacros(source));
  const own = { HOME: work, SOURCE_DATE_EPOCH: String(epochSeconds), LC_ALL: "C.UTF-8" };
  const environment = { ...own, ...(lock !== undefined && holding(source, root, lock)) };
  const run = (action: "makecache" | "install") =>
    runLogged(
      log,
      [
        "unshare",
        ...namespaces(),
        "sh",
        script,
        work,
        output,
        source.database,
        ...dnfArguments(source, work, action),
      ],
      { environment },
    );
  try {
    log.step(`dnf reads ${Object.keys(source.repositories).join(", ")}`);
    await run("makecache");
    compareDigests(source, path.join(work, "root", cacheFolder));
    log.step(`dnf installs release ${source.release}`);
    await run("install");
    const release = path.join(root, lockedBox, "release.sh");
    if (lock !== undefined)
      await runLogged(log, ["sh", release], { environment, output: path.join(lock, "root.told") });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** By which dnf holds to the lock. What is pinned by digests is not taken from the store: another digest means other packages. */
function holding({ repositories }: DnfSource, root: string, lock: string): Record<string, string> {
  const isPinned = Object.values(repositories).some(({ digest }) => digest !== undefined);
  return {
    ...{ LOCK: lock, KEEP: lock, STORE_FILES: isPinned ? "" : path.join(lock, "store") },
    ...{ PYTHONPATH: path.join(root, lockedBox, "python"), PYTHONDONTWRITEBYTECODE: "1" },
  };
}

/** Of its own: mounts, so that none is left whatever happens; for a user who is not root also users. */
function namespaces(): string[] {
  const user = process.getuid?.() === 0 ? [] : ["--user", "--map-auto", "--map-root-user"];
  return [...user, "--mount", "--pid", "--fork"];
}

function compareDigests({ repositories }: DnfSource, cache: string): void {
  const folders = readdirSync(cache);
  const faults = Object.entries(repositories).flatMap(([name, { digest }]) => {
    if (digest === undefined) return [];
    const folder = folders.find((each) => new RegExp(`^${name}-[0-9a-f]{16}$`).test(each)) ?? name;
    const got = `sha256:${sha256(readFileSync(path.join(cache, folder, "repodata/repomd.xml")))}`;
    if (got === digest) return [];
    const fix = "it has other packages now: put the new digest in, or name a frozen copy";
    return [`from.dnf.repositories.${name}.digest: expected ${digest}, got ${got}; ${fix}`];
  });
  if (faults.length > 0) throw new Error(faults.join("\n"));
}
