import { readdirSync, rmSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import { localEngine } from "../../engine/DockerClient.ts";
import { cacheFolder } from "../../work/cache.ts";
import { upgradesIn, type Upgrade } from "./upgrades.ts";

/** A box that is left over ends after this time; a look takes seconds. */
const boxSeconds = "600";

/** Has the next look, and the next build, read package lists anew: those that are kept may be some minutes old. */
export function forgetLists(): void {
  const folder = cacheFolder("package-lists");
  for (const name of readdirSync(folder)) rmSync(path.join(folder, name), { force: true });
}

/**
 * What apt would upgrade in an image, by the image's own sources; none where it has no apt.
 * @throws Error, with what apt said, where its package lists cannot be read.
 */
export async function aptUpgrades(image: string, root: string): Promise<Upgrade[]> {
  const run = ["run", "--detach", "--rm", "--user", "0:0", "--env", "LC_ALL=C", "--entrypoint", "/bin/sleep"];
  const box = await localEngine.run([...run, image, boxSeconds]);
  try {
    const { exitCode } = await localEngine.exec(box, ["sh", "-c", "command -v apt-get"]);
    if (exitCode !== 0) return [];
    const environment = { CONTAINER: box, LISTS: cacheFolder("package-lists") };
    const lists = await execa("sh", [path.join(root, "images/packer/layer/package-lists.sh")], {
      env: environment,
      reject: false,
    });
    if (lists.failed || lists.stderr !== "")
      throw new Error(
        `freshen: expected the package lists of ${image}, got ${lists.stderr}; see that the mirror can be reached`,
      );
    const simulated = await localEngine.exec(box, ["apt-get", "--simulate", "--quiet", "dist-upgrade"]);
    if (simulated.exitCode !== 0)
      throw new Error(
        `freshen: expected apt to say what it would upgrade in ${image}, got ${simulated.stderr}`,
      );
    return upgradesIn(simulated.stdout);
  } finally {
    await localEngine.ask(["rm", "--force", box]);
  }
}
