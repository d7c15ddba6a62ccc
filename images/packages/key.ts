import { existsSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import { cacheFolder } from "../../work/cache.ts";
import { writeWhole } from "../../work/wholeFile.ts";
import { withLock } from "../../work/lock.ts";

const userId = "Immutable Fleets build machine <build@localhost>";

/** Folder of the key that signs this machine's repositories; made at first use, and never leaves the machine. */
export async function signingKey(): Promise<string> {
  const home = cacheFolder("packages", "gnupg");
  await withLock(
    "packages-key",
    () => undefined,
    async () => {
      if (existsSync(path.join(home, "public.asc"))) return;
      await execa("chmod", ["700", home]);
      await gpg(home, ["--passphrase", "", "--quick-generate-key", userId, "ed25519", "sign", "never"]);
      // Its public half, written whole, says that the key is there.
      const { stdout } = await gpg(home, ["--armor", "--export"]);
      writeWhole(path.join(home, "public.asc"), `${stdout}\n`);
    },
  );
  return home;
}

/** The public half, as gpg and package managers read it. */
export function publicKey(home: string): string {
  return path.join(home, "public.asc");
}

/** Signs a file: beside it (`detached`), or as one text with it (`clear`). */
export async function sign(
  home: string,
  file: string,
  how: "detached" | "clear",
  output: string,
): Promise<void> {
  const mode = how === "clear" ? "--clear-sign" : "--detach-sign";
  await gpg(home, ["--armor", "--output", output, mode, file]);
}

function gpg(home: string, args: string[]) {
  return execa("gpg", ["--homedir", home, "--batch", "--yes", "--pinentry-mode", "loopback", ...args]);
}
