import type { Configuration } from "../../config/schema.ts";
import { sourceDateEpochSeconds as epochSeconds } from "../../plan/epoch.ts";
import { applicationChain, placeLayers } from "../../plan/chain.ts";
import type { LockMode } from "../../plan/buildRequest.ts";
import { inputDigest, readInputs } from "../../plan/inputs.ts";
import { toolVersions } from "../../plan/tools.ts";
import { build } from "./build.ts";
import { givenPasswords } from "./passwords.ts";
import type { Service } from "../../plan/service.ts";

/** The image of one place of a chain. */
export interface BuiltImage {
  /** `base.python.catalog`. */
  place: string;
  /** The image id: `sha256:…`. */
  image: string;
  services: Service[];
}

/** What chains are built from; applications only where layers hold their images. */
type ChainConfiguration = Pick<Configuration, "layers" | "registry" | "packages"> &
  Partial<Pick<Configuration, "applications">>;

/**
 * Builds the layers of a chain, base first, as the command resources of a stack do; what is there already is found.
 * @param lock how builds hold to the lock; absent: as the environment says.
 */
export async function buildChain(
  chain: readonly string[],
  configuration: ChainConfiguration,
  root: string,
  lock?: LockMode,
): Promise<BuiltImage[]> {
  const { layers, applications, registry, packages } = configuration;
  const tools = toolVersions(root);
  const passwords = givenPasswords();
  const built: BuiltImage[] = [];
  for (const { id, layer } of placeLayers([chain])) {
    const recipe = layers[layer];
    if (!recipe) throw new Error(`expected a layer ${layer}, got none`);
    const inputs = readInputs(root, layer, recipe, tools, packages.repositories, applications, id);
    const parent = built.at(-1)?.image;
    const held = recipe.holds && (await buildHeld(recipe.holds, configuration, root, lock));
    const digest = inputDigest(inputs, parent, held);
    const request = { id, inputs, epochSeconds, passwords, inputDigest: digest, ...(held && { held }) };
    const below = {
      ...(parent !== undefined && { parent }),
      ...(lock && { lock }),
      ...(registry && { registry }),
      ...(recipe.vault && { vault: recipe.vault }),
      ...(recipe.noSecrets && { noSecrets: recipe.noSecrets }),
    };
    const { image, services } = await build({ ...request, ...below }, root);
    built.push({ place: id, image, services });
  }
  return built;
}

/** Builds the container images of applications. @returns their ids, by application. */
export async function buildHeld(
  names: readonly string[],
  configuration: ChainConfiguration,
  root: string,
  lock?: LockMode,
): Promise<Record<string, string>> {
  const held: Record<string, string> = {};
  for (const name of names) {
    const chain = applicationChain(configuration, name);
    held[name] = (await buildChain(chain, configuration, root, lock)).at(-1)?.image ?? "";
  }
  return held;
}
