import type { Configuration } from "../../config/schema.ts";
import { sourceDateEpochSeconds as epochSeconds } from "../epoch.ts";
import { placeLayers } from "../plan/chain.ts";
import { inputDigest, readInputs } from "../plan/inputs.ts";
import { toolVersions } from "../plan/tools.ts";
import { build } from "./build.ts";
import { givenPasswords } from "./passwords.ts";
import type { Service } from "./request.ts";

/** The image of one place of a chain. */
export interface BuiltImage {
  /** `base.python.catalog`. */
  place: string;
  /** The image id: `sha256:…`. */
  image: string;
  services: Service[];
}

/** Builds the layers of a chain, base first, as the command resources of a stack do; what is there already is found. */
export async function buildChain(
  chain: readonly string[],
  { layers, registry, packages }: Pick<Configuration, "layers" | "registry" | "packages">,
  root: string,
): Promise<BuiltImage[]> {
  const tools = toolVersions(root);
  const passwords = givenPasswords();
  const built: BuiltImage[] = [];
  for (const { id, layer } of placeLayers([chain])) {
    const recipe = layers[layer];
    if (!recipe) throw new Error(`expected a layer ${layer}, got none`);
    const inputs = readInputs(root, layer, recipe, tools, packages.repositories);
    const parent = built.at(-1)?.image;
    const request = { id, inputs, epochSeconds, passwords, inputDigest: inputDigest(inputs, parent) };
    const below = {
      ...(parent !== undefined && { parent }),
      ...(registry && { registry }),
      ...(recipe.noSecrets && { noSecrets: recipe.noSecrets }),
    };
    const { image, services } = await build({ ...request, ...below }, root);
    built.push({ place: id, image, services });
  }
  return built;
}
