import { localEngine } from "../../engine/DockerClient.ts";
import { inListedBox } from "../freshen/listedBox.ts";
import { shownIndexes, shownPackages, type Indexed } from "./indexed.ts";

/** In the folder of apt's lists: the digest and the date of each index. */
const indexScript = `cd /var/lib/apt/lists
for each in *Release; do
  [ ! -f "$each" ] || { sha256sum "$each"; grep -m 1 "^Date:" "$each" || true; }
done`;

/** As the role packages does it: repositories that only a build has, beside the image's own. */
const openScript = `set -e
mkdir -p /run/fleet-packages
tar --extract --file /run/packages.tar --directory /run/fleet-packages
cp -a /etc/apt/sources.list.d/. /run/fleet-packages/sources/
APT_CONFIG=/run/fleet-packages/own.conf apt-get --quiet update --option APT::Get::List-Cleanup=0 \\
  --option APT::Update::Error-Mode=any`;

/**
 * What the indexes of an image's own sources have of packages, in all versions; undefined where it has no apt.
 * @param ids names with architectures: `openssl:amd64`.
 * @param archive of the repositories that its layer is built with, beside its own.
 * @throws Error, with what apt said, where it cannot be told.
 */
export function lookUpPackages(
  image: string,
  ids: readonly string[],
  root: string,
  archive?: string,
): Promise<Indexed | undefined> {
  return inListedBox("lock", image, root, async (box) => {
    const answer = async (command: readonly string[]) => {
      const { exitCode, stdout, stderr } = await localEngine.exec(box, command);
      if (exitCode === 0) return stdout;
      throw new Error(`lock: expected apt to say what packages ${image} has, got ${stderr || stdout}`);
    };
    if (archive !== undefined) {
      await localEngine.run(["cp", archive, `${box}:/run/packages.tar`]);
      await answer(["sh", "-c", openScript]);
    }
    const names = ids.map((id) => id.replace(/:all$/, ""));
    const open = archive === undefined ? [] : ["env", "APT_CONFIG=/run/fleet-packages/apt.conf"];
    return {
      packages: shownPackages(await answer([...open, "apt-cache", "show", "--all-versions", ...names])),
      indexes: shownIndexes(await answer(["sh", "-c", indexScript])),
    };
  });
}
