import { localEngine } from "../../engine/DockerClient.ts";
import type { Indexed } from "../../images/lock/indexed.ts";
import { indexedIn } from "../../images/lock/shown.ts";
import { inListedBox } from "../freshen/listedBox.ts";

/** As the role packages does it: repositories that only a build has, beside the image's own. */
const openScript = `set -e
mkdir -p /run/fleet-packages
tar --extract --file /run/packages.tar --directory /run/fleet-packages
cp -a /etc/apt/sources.list.d/. /run/fleet-packages/sources/
APT_CONFIG=/run/fleet-packages/own.conf apt-get --quiet update --option APT::Get::List-Cleanup=0 \\
  --option APT::Update::Error-Mode=any`;

/** Apt's settings in a box that has such repositories. */
const openSettings = "/run/fleet-packages/apt.conf";

/**
 * Does something in a box of an image, where apt has the lists of the image's own sources; undefined where it has no apt.
 * @param archive of the repositories that its layer is built with, beside its own.
 * @param look is given the file of apt's settings beside the box's own, where there is one.
 * @throws Error, with what apt said, where the lists cannot be read.
 */
export function inLayerBox<T>(
  image: string,
  root: string,
  archive: string | undefined,
  look: (box: string, settings: string | undefined) => Promise<T>,
): Promise<T | undefined> {
  return inListedBox("lock", image, root, async (box) => {
    if (archive === undefined) return look(box, undefined);
    await localEngine.run(["cp", archive, `${box}:/run/packages.tar`]);
    const { exitCode, stderr } = await localEngine.exec(box, ["sh", "-c", openScript]);
    if (exitCode !== 0)
      throw new Error(
        `lock: expected the lists of the repositories of ${image}, got ${stderr}; see that they can be reached`,
      );
    return look(box, openSettings);
  });
}

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
  return inLayerBox(image, root, archive, (box, settings) => indexedIn(box, aptNames(ids), settings));
}

/** What apt calls packages. @param ids with their architectures: `openssl:amd64`, `adduser:all`. */
export function aptNames(ids: readonly string[]): string[] {
  return ids.map((id) => id.replace(/:all$/, ""));
}
