import { readdirSync, rmSync } from "node:fs";
import * as path from "node:path";
import { localEngine } from "../../engine/DockerClient.ts";
import type { Indexed } from "../../images/lock/indexed.ts";
import { indexedIn } from "../../images/lock/shown.ts";
import { cacheFolder } from "../../work/cache.ts";
import { companionsIn, relationsIn, withReasons, type Companion } from "./dependencies.ts";
import { inListedBox } from "./listedBox.ts";
import { upgradesIn, type Upgrade } from "./upgrades.ts";

/** What apt would upgrade in an image, and what its indexes know of that. */
export interface AptNews {
  upgrades: Upgrade[];
  /** What comes and goes with them. */
  companions: Companion[];
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
    const companions = upgrades.length === 0 ? [] : await companionsOf(box, simulated.stdout, upgrades);
    return { upgrades, companions, indexed: await indexedIn(box, names) };
  });
  return news ?? { upgrades: [], companions: [], indexed: { packages: new Map(), indexes: {} } };
}

/** Kernels are upgraded by a package of another name, and apt keeps those that were there: a layer that is built again has them no more. */
const forgetKernels = `printf '#clear APT::NeverAutoRemove;\nAPT::Protect-Kernels "false";\n' > /etc/apt/apt.conf.d/zz-fleet`;

async function companionsOf(
  box: string,
  simulated: string,
  upgrades: readonly Upgrade[],
): Promise<Companion[]> {
  const answer = async (...command: string[]) => {
    const { exitCode, stdout, stderr } = await localEngine.exec(box, command);
    if (exitCode === 0) return stdout;
    throw new Error(
      `freshen: expected ${command.join(" ")} to say what comes with newer packages, got ${stderr}`,
    );
  };
  await answer("sh", "-c", forgetKernels);
  const simulate = ["apt-get", "--simulate", "--quiet"];
  const unneeded = await answer(...simulate, "--auto-remove", "dist-upgrade");
  const found = companionsIn(simulated, unneeded, await answer(...simulate, "autoremove"));
  if (found.length === 0) return [];
  const added = found.filter(({ change }) => change === "new");
  const gone = found.filter(({ change }) => change === "gone");
  const names = upgrades.map(({ name }) => name);
  const wanted = [
    ...upgrades.map(({ name, candidate }) => `${name}=${candidate}`),
    ...added.map(({ name, version }) => `${name}=${version}`),
  ];
  const after = relationsIn(await answer("apt-cache", "show", ...wanted));
  const there = ["dpkg", "--status", ...names, ...gone.map(({ name }) => name)];
  return withReasons(found, names, relationsIn(await answer(...there)), after);
}
