import type { BaseSource, LayerRecipe } from "../../config/schema.ts";
import { canonicalJson, digestFiles, sha256, type FileDigests } from "./digest.ts";
import { rolesFolder, rolesRead } from "./role.ts";
import { toolVersions } from "./tools.ts";

/** All that a layer is made from, apart from its parent: the source of its input digest, and of the reason to rebuild. */
export interface LayerInputs {
  layer: string;
  /** What a base is made of. */
  from?: BaseSource;
  roles: string[];
  variables: Record<string, unknown>;
  files: FileDigests;
  /** Versions of the tools that matter. */
  tools: Record<string, string>;
}

/** What every layer reads, whatever its roles. */
const sharedFiles = ["playbooks/site.yml", "playbooks/ansible.cfg", "images/packer/layer"];

/** The inputs of a layer, read from the project's files. */
export function readInputs(
  root: string,
  layer: string,
  recipe: LayerRecipe,
  tools: Record<string, string>,
): LayerInputs {
  const roles = rolesRead(root, recipe.roles).map((role) => `${rolesFolder}/${role}`);
  const archive = recipe.from?.archive === undefined ? [] : [recipe.from.archive];
  return {
    layer,
    ...(recipe.from && { from: recipe.from }),
    roles: recipe.roles,
    variables: recipe.variables,
    files: digestFiles(root, [...sharedFiles, ...roles, ...recipe.files, ...archive]),
    tools,
  };
}

/** The inputs of every layer of a chain, base first. */
export function readChain(
  root: string,
  layers: Readonly<Record<string, LayerRecipe>>,
  chain: readonly string[],
): LayerInputs[] {
  const tools = toolVersions(root);
  return chain.flatMap((layer) => {
    const recipe = layers[layer];
    return recipe ? [readInputs(root, layer, recipe, tools)] : [];
  });
}

/** SHA-256 (hexadecimal) over the inputs and the parent's image digest. */
export function inputDigest(inputs: LayerInputs, parentImage: string | undefined): string {
  return sha256(canonicalJson({ ...inputs, parent: parentImage ?? null }));
}
