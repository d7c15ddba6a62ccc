import { readdirSync, rmSync } from "node:fs";
import * as path from "node:path";
import { localEngine } from "../../engine/DockerClient.ts";
import type { Indexed } from "../../images/lock/indexed.ts";
import { indexedIn } from "../../images/lock/shown.ts";
import { cacheFolder } from "../../work/cache.ts";
import { inListedBox } from "./listedBox.ts";
import { upgradesIn, type Upgrade } from "./upgrades.ts";

/** What apt would upgrade in an image, and what its indexes know of that. */
export interface AptNews {
  upgrades: Upgrade[];
  indexed: Indexed;
}

/** Has the next look, and the next build, read package lists anew: those that are kept may be some minutes old. */
export function forgetLists(): void {
  const folder = cacheFolder("package-lists");
  // What another one is just writing has a number at its end; it is as new as can be, and taken away it would fail.
  const kept = readdirSync(folder).filter((name) => /\.tar(\.failed)?$/.test(name));
  for (const name of kept) rmSync(path.join(folder, name), { force: true });
}

/**
 * What apt would upgrade in an image, by the image's own sources; none where it has no apt.
 * @throws Error, with what apt said, where its package lists cannot be read.
 */
export async function aptUpgrades(image: string, root: string): Promise<AptNews> {
  const news = await inListedBox("freshen", image, root, async (box) => {
    const simulated = await localEngine.exec(box, ["apt-get", "--simulate", "--quiet", "dist-upgrade"]);
    if (simulated.exitCode !== 0)
      throw new Error(
        `freshen: expected apt to say what it would upgrade in ${image}, got ${simulated.stderr}`,
      );
    const upgrades = upgradesIn(simulated.stdout);
    const names = upgrades.map(({ name }) => name);
    return { upgrades, indexed: await indexedIn(box, names) };
  });
  return news ?? { upgrades: [], indexed: { packages: new Map(), indexes: {} } };
}
