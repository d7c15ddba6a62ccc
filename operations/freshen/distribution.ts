import type { Indexed } from "../../images/lock/indexed.ts";
import type { Package } from "../../images/proof/packages.ts";
import { aptUpgrades, type AptNews } from "./apt.ts";
import { dnfNews } from "./dnf.ts";

/**
 * What the distribution of an image has that is newer, as apt or dnf 4 in it sees it; an image may have packages of both.
 * @param packages that are in it.
 * @throws Error, with what they said, where lists or repositories cannot be read.
 */
export async function distributionNews(
  image: string,
  packages: readonly Pick<Package, "kind">[],
  root: string,
): Promise<AptNews> {
  const hasRpm = packages.some(({ kind }) => kind === "rpm");
  const [apt, dnf] = await Promise.all([
    aptUpgrades(image, root),
    hasRpm ? dnfNews("freshen", image, root) : undefined,
  ]);
  if (!dnf) return apt;
  const upgrades = [...apt.upgrades, ...dnf.upgrades];
  return { ...apt, upgrades, indexed: bothIndexed(apt.indexed, dnf.indexed) };
}

/** What two programs know of their own packages each. */
export function bothIndexed(a: Indexed, b: Indexed): Indexed {
  return {
    packages: new Map([...a.packages, ...b.packages]),
    indexes: { ...a.indexes, ...b.indexes },
  };
}
