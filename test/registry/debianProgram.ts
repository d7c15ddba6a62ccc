import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";

/**
 * A program that only tests need: from the machine, else from its Debian package, unpacked into the cache. Installing the
 * package would also start its service.
 * @param program its path in the package, for example usr/bin/docker-registry
 * @returns the path, or the reason why there is none
 */
export async function debianProgram(
  name: string,
  program: string,
): Promise<{ program: string } | { missing: string }> {
  const base = path.basename(program);
  const { failed } = await execa("which", [base], { reject: false });
  if (!failed) return { program: base };
  const cache = path.join(
    process.env["XDG_CACHE_HOME"] ?? path.join(homedir(), ".cache"),
    "immutable-fleets/test-packages",
  );
  const unpacked = path.join(cache, name);
  if (!existsSync(unpacked)) {
    const problem = await unpack(name, cache, unpacked);
    if (problem !== undefined) return { missing: `no ${base} on this machine, and no package: ${problem}` };
  }
  return { program: path.join(unpacked, program) };
}

async function unpack(name: string, cache: string, unpacked: string): Promise<string | undefined> {
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(path.join(cache, "new-"));
  try {
    const got = await execa("apt-get", ["download", name], { cwd: work, reject: false, all: true });
    const file = readdirSync(work).find((each) => each.endsWith(".deb"));
    if (got.failed || file === undefined) return got.all || got.shortMessage || `apt-get download ${name}`;
    const tree = path.join(work, "tree");
    const opened = await execa("dpkg", ["-x", path.join(work, file), tree], { reject: false, all: true });
    if (opened.failed) return opened.all;
    if (!existsSync(unpacked)) renameSync(tree, unpacked);
    return undefined;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
