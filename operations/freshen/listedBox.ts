import * as path from "node:path";
import { execa } from "execa";
import { localEngine } from "../../engine/DockerClient.ts";
import { cacheFolder } from "../../work/cache.ts";

/** A box that is left over ends after this time; a look takes seconds. */
const boxSeconds = "600";

/** Does something in a box of an image, as its root; the box is thrown away. */
export async function inThrownAwayBox<T>(image: string, look: (box: string) => Promise<T>): Promise<T> {
  const run = ["run", "--detach", "--rm", "--user", "0:0", "--env", "LC_ALL=C", "--entrypoint", "/bin/sleep"];
  const box = await localEngine.run([...run, image, boxSeconds]);
  try {
    return await look(box);
  } finally {
    await localEngine.ask(["rm", "--force", box]);
  }
}

/**
 * Does something in a box of an image, which is thrown away, where apt has the lists of the image's own sources.
 * @param asker the command that asks.
 * @returns undefined where the image has no apt.
 * @throws Error, with what apt said, where its package lists cannot be read.
 */
export async function inListedBox<T>(
  asker: string,
  image: string,
  root: string,
  look: (box: string) => Promise<T>,
): Promise<T | undefined> {
  return inThrownAwayBox(image, async (box) => {
    const { exitCode } = await localEngine.exec(box, ["sh", "-c", "command -v apt-get"]);
    if (exitCode !== 0) return undefined;
    const environment = { CONTAINER: box, LISTS: cacheFolder("package-lists") };
    const lists = await execa("sh", [path.join(root, "images/packer/layer/package-lists.sh")], {
      env: environment,
      reject: false,
    });
    if (lists.failed || lists.stderr !== "")
      throw new Error(
        `${asker}: expected the package lists of ${image}, got ${lists.stderr}; see that the mirror can be reached`,
      );
    return look(box);
  });
}
