import type { Configuration } from "../../config/schema.ts";
import { inspectImage } from "../../engine/images.ts";
import { layerArchives } from "../../images/archive/layerArchives.ts";
import { addedLibraries, librariesIn } from "../../images/lock/registry/librariesAdded.ts";
import { lockedByFiles } from "../../images/lock/registry/lockedBy.ts";
import { galaxyContent } from "../../images/play/galaxyContent.ts";
import type { Library } from "../../images/proof/Library.ts";
import { readInventory } from "../../images/proof/store.ts";
import { architectureOf } from "../../plan/architecture.ts";
import { readInputs } from "../../plan/inputs.ts";
import { readLock } from "../../plan/lockFile.ts";
import type { LockedPlace } from "../../plan/lockedPackages.ts";
import { toolVersions } from "../../plan/tools.ts";

/**
 * What a layer has beside packages of its distribution, and no lock file of the project has with a digest. What ansible-galaxy gave stays as it is locked
 * where another machine has it.
 * @param below the image on which it stands.
 */
export async function besideOf(
  place: string,
  layer: string,
  image: string,
  below: string | undefined,
  { layers, applications, packages: { repositories } }: Configuration,
  root: string,
): Promise<LockedPlace["packages"]> {
  const recipe = layers[layer];
  if (!recipe) return {};
  const tools = toolVersions(root);
  const inputs = readInputs(root, layer, recipe, tools, repositories, applications, place);
  const had = below === undefined ? [] : await librariesOf(below);
  const { open } = addedLibraries(await librariesOf(image), had, lockedByFiles(root, inputs));
  const libraries = Object.entries(open).map(([id, version]) => [id, { version }] as const);
  const given = galaxyContent(inputs.play, root, tools["ansible"] ?? "", inputs.locked);
  const isHere = inputs.play?.requirements === undefined || Object.keys(given).length > 0;
  const kept = isHere ? given : galaxyLocked(readLock(root).packages[place]?.[architectureOf(tools)]);
  return { ...Object.fromEntries(libraries), ...kept };
}

/** As its inventory says; one that was written before this was looked at is read anew. */
async function librariesOf(image: string): Promise<readonly Library[]> {
  const known = readInventory(image)?.contents.libraries;
  if (known) return known;
  const facts = await inspectImage(image);
  return facts ? librariesIn(await layerArchives(facts)) : [];
}

function galaxyLocked(place: LockedPlace | undefined): LockedPlace["packages"] {
  return Object.fromEntries(Object.entries(place?.packages ?? {}).filter(([id]) => id.endsWith(":galaxy")));
}
