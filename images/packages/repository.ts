import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import type { BuiltPackage } from "./nfpm.ts";
import { publicKey, sign, signingKey } from "./key.ts";

/**
 * Writes an apt repository (`apt`), a yum repository (`yum`) and the key of their signatures (`key.asc`) into a folder.
 * The metadata of both is signed; it vouches for the packages by their digests.
 */
export async function writeRepositories(packages: readonly BuiltPackage[], folder: string): Promise<void> {
  const home = await signingKey();
  copyFileSync(publicKey(home), path.join(folder, "key.asc"));
  await writeApt(packages, path.join(folder, "apt"), home);
  await writeYum(packages, path.join(folder, "yum"), home);
}

async function writeApt(packages: readonly BuiltPackage[], folder: string, home: string): Promise<void> {
  fill(packages, ".deb", folder);
  const index = async (...args: string[]) => (await execa("apt-ftparchive", args, { cwd: folder })).stdout;
  writeFileSync(path.join(folder, "Packages"), `${await index("packages", ".")}\n`);
  const origin = ["-o", "APT::FTPArchive::Release::Origin=immutable-fleets"];
  // Release must not count itself, so it is written only after apt-ftparchive has looked.
  writeFileSync(path.join(folder, "Release"), `${await index(...origin, "release", ".")}\n`);
  await sign(home, path.join(folder, "Release"), "clear", path.join(folder, "InRelease"));
}

async function writeYum(packages: readonly BuiltPackage[], folder: string, home: string): Promise<void> {
  fill(packages, ".rpm", folder);
  await execa("createrepo_c", ["--quiet", "--no-database", "--simple-md-filenames", "."], { cwd: folder });
  const index = path.join(folder, "repodata/repomd.xml");
  await sign(home, index, "detached", `${index}.asc`);
}

function fill(packages: readonly BuiltPackage[], suffix: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const file of packages.flatMap(({ files }) => files).filter((each) => each.endsWith(suffix)))
    copyFileSync(file, path.join(folder, path.basename(file)));
}
