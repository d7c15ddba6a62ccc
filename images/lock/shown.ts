import { localEngine } from "../../engine/DockerClient.ts";
import { shownIndexes, shownPackages, type Indexed } from "./indexed.ts";

/** In the folder of apt's lists: the digest and the date of each index. */
const indexScript = `cd /var/lib/apt/lists
for each in *Release; do
  [ ! -f "$each" ] || { sha256sum "$each"; grep -m 1 "^Date:" "$each" || true; }
done`;

/**
 * What the indexes that apt has in a box know of packages, in all versions.
 * @param names without `:all`, with another architecture than the box's behind a colon.
 * @param settings file of apt's settings beside the box's own.
 * @throws Error with what apt said, where it cannot tell.
 */
export async function indexedIn(box: string, names: readonly string[], settings?: string): Promise<Indexed> {
  const answer = async (command: readonly string[]) => {
    const { exitCode, stdout, stderr } = await localEngine.exec(box, command);
    if (exitCode === 0) return stdout;
    throw new Error(`expected apt to say what its indexes have, got ${stderr || stdout}`);
  };
  const open = settings === undefined ? [] : ["env", `APT_CONFIG=${settings}`];
  const show = [...open, "apt-cache", "show", "--all-versions", ...names];
  return {
    packages: shownPackages(names.length === 0 ? "" : await answer(show)),
    indexes: shownIndexes(await answer(["sh", "-c", indexScript])),
  };
}
