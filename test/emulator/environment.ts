import { createHash } from "node:crypto";
import { access, readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { withLock } from "../../work/lock.ts";

const requirements = join(import.meta.dirname, "requirements.txt");

/**
 * The Python of the emulator's virtual environment, which is made when it is missing.
 *
 * The folder's name holds the digest of requirements.txt, so a changed pin makes a new environment beside the old one.
 * Safe to call from several processes at once: one installs, the others wait.
 *
 * @returns path of the interpreter
 * @throws when pip fails; its output is the message
 */
export async function emulatorPython(): Promise<string> {
  const digest = createHash("sha256")
    .update(await readFile(requirements))
    .digest("hex");
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const folder = join(cache, "immutable-fleets", `emulator-${digest.slice(0, 12)}`);
  const finished = join(folder, "installed");
  if (!(await exists(finished)))
    await withLock(
      `emulator-${digest.slice(0, 12)}`,
      () => undefined,
      () => install(folder, finished),
    );
  return join(folder, "bin", "python3");
}

async function install(folder: string, finished: string): Promise<void> {
  if (await exists(finished)) return;
  await execa("python3", ["-m", "venv", folder]);
  await execa(join(folder, "bin", "pip"), ["install", "--quiet", "--requirement", requirements], {
    all: true,
  });
  await writeFile(finished, "");
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
