import { existsSync } from "node:fs";
import * as path from "node:path";
import { ownHome } from "../config/ansibleHome.ts";
import type { BaseSource, Configuration, LayerRecipe } from "../config/schema.ts";
import { madeByBuilds, packageFolders } from "./packages.ts";
import { canonicalJson, digestFiles, sha256, type FileDigests } from "./digest.ts";
import { filesRead } from "./ansible/filesRead.ts";
import { chainId } from "./chain.ts";
import { isVaultPassword, layerPlay, playFiles } from "./ansible/layerPlay.ts";
import { toolVersions } from "./tools.ts";
import { readLock } from "./lockFile.ts";
import type { HeldApplication, LayerInputs, PlacedInputs, ProvisionerSteps } from "./LayerInputs.ts";
import { architectureOf } from "./architecture.ts";

export type { HeldApplication, LayerInputs, PlacedInputs, ProvisionerSteps } from "./LayerInputs.ts";

/** What every layer reads, whatever its roles. */
const sharedFiles = ["playbooks/site.yml", "playbooks/ansible.cfg", "images/packer/layer"];

/** What layers in the lock file read besides. */
const lockedFiles = "images/packer/locked";

/** The first process of boxes reads settings by it, where the project has it. */
const readsSettings = "playbooks/roles/settings/files/fleet_settings.py";

/**
 * The inputs of a layer, read from the project's files.
 * @param place of the layer in its chain, by which the lock file has its packages; absent: it is built without.
 */
export function readInputs(
  root: string,
  layer: string,
  recipe: LayerRecipe,
  tools: Record<string, string>,
  repositories: Configuration["packages"]["repositories"] = {},
  applications: Configuration["applications"] = {},
  place?: string,
): LayerInputs {
  const { image, places } = recipe;
  if (image !== undefined) return existingInputs(root, layer, image, places);
  const base = baseFiles(recipe.from);
  const steps = provisionerSteps(recipe);
  const play = layerPlay(root, layer, recipe);
  const used = usedPackages(recipe, repositories);
  const lock = readLock(root);
  const updates = lock.updates[layer];
  const locked = place === undefined ? undefined : lock.packages[place]?.[architectureOf(tools)]?.packages;
  return {
    layer,
    ...(recipe.from && { from: recipe.from }),
    roles: recipe.roles,
    ...(play && { play }),
    ...(steps && { steps }),
    variables: recipe.variables,
    ...(recipe.holds && { holds: heldApplications(recipe.holds, applications) }),
    files: withoutPasswords(
      digestFiles(
        root,
        [
          ...sharedFiles,
          ...(locked ? [lockedFiles] : []),
          ...(existsSync(path.join(root, readsSettings)) ? [readsSettings] : []),
          ...ansibleFiles(root, recipe),
          ...recipe.files,
          ...stepFiles(steps),
          ...base,
          ...used.files,
        ],
        madeByBuilds(recipe.packages),
      ),
      isVaultPassword(root, recipe),
    ),
    ...used.inputs,
    ...(recipe.builders && { builders: readBuilders(root, recipe.builders, tools, repositories) }),
    ...(updates && { updates }),
    ...(locked && { locked }),
    tools: used.made ? tools : without(tools, "nfpm"),
  };
}

/** The inputs of the layers that packages are built in, as those that run would have them in these places. */
export function readBuilders(
  root: string,
  builders: NonNullable<LayerRecipe["builders"]>,
  tools: Record<string, string>,
  repositories: Configuration["packages"]["repositories"] = {},
): Record<string, PlacedInputs[]> {
  return Object.fromEntries(
    Object.entries(builders).map(([layer, chain]) => {
      const places = chain.map((_each, index) => chainId(chain.slice(0, index + 1).map(({ name }) => name)));
      const placed = chain.map(({ name, recipe }, index) => {
        const place = places[index] ?? "";
        const inputs = readInputs(root, name, recipe, tools, repositories, {}, place);
        return { place, inputs, ...(recipe.noSecrets && { noSecrets: recipe.noSecrets }) };
      });
      return [layer, placed];
    }),
  );
}

/** Those of an existing image: that it is this one, and the files that it is given. */
export function existingInputs(
  root: string,
  layer: string,
  image: string,
  places: Record<string, string> = {},
): LayerInputs {
  const sources = Object.values(places);
  const given = sources.length > 0 && { places };
  return { layer, image, ...given, roles: [], variables: {}, files: digestFiles(root, sources), tools: {} };
}

/** What Ansible reads for the roles of a layer, or for its playbook. */
function ansibleFiles(root: string, recipe: LayerRecipe): string[] {
  if (recipe.playbook !== undefined) return playFiles(root, recipe);
  const text = canonicalJson(recipe.variables);
  return filesRead(root, { home: ownHome, roles: recipe.roles, files: [], text });
}

function withoutPasswords(files: FileDigests, isPassword: (file: string) => boolean): FileDigests {
  return Object.fromEntries(Object.entries(files).filter(([file]) => !isPassword(file)));
}

/** The files of the project that a base is made of. */
export function baseFiles(from: BaseSource | undefined): string[] {
  const keys = Object.values(from?.dnf?.repositories ?? {}).map(({ key }) => key);
  return [from?.archive, ...keys].filter((file) => file !== undefined);
}

/** The inputs of every layer of a chain, base first. */
export function readChain(
  root: string,
  { layers, packages }: Pick<Configuration, "layers" | "packages">,
  chain: readonly string[],
): LayerInputs[] {
  const tools = toolVersions(root);
  return chain.flatMap((layer) => {
    const recipe = layers[layer];
    return recipe ? [readInputs(root, layer, recipe, tools, packages.repositories)] : [];
  });
}

function provisionerSteps({ provisioner, run = [], library }: LayerRecipe): ProvisionerSteps | undefined {
  if (provisioner === undefined || provisioner === "ansible") return undefined;
  return { provisioner, run, ...(library !== undefined && { library }) };
}

/** The files that the steps of a layer are, and their library. */
export function stepFiles(steps: ProvisionerSteps | undefined): string[] {
  if (!steps) return [];
  const named = steps.provisioner === "chef" ? [] : steps.run;
  return [...named, ...(steps.library === undefined ? [] : [steps.library])];
}

/** What the packages of a layer add to its inputs. The packager counts only where packages are made. */
function usedPackages(
  { packages = {} }: LayerRecipe,
  repositories: Configuration["packages"]["repositories"],
) {
  const all = Object.values(packages);
  const sources = packageFolders({ packages });
  const known = Object.fromEntries(
    Object.entries(repositories).map(([name, repository]) => [
      name,
      without(without(repository, "password"), "trusted"),
    ]),
  );
  const pinned = all.some(({ version }) => version !== undefined);
  const keys = pinned
    ? Object.values(repositories).flatMap(({ key }) => (key === undefined ? [] : [key]))
    : [];
  return {
    made: sources.length > 0,
    files: [...sources, ...keys],
    inputs: {
      ...(all.length > 0 && { packages }),
      ...(pinned && Object.keys(known).length > 0 && { repositories: known }),
    },
  };
}

function without<T extends object, K extends string>(record: T, key: K): Omit<T, K> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key)) as Omit<T, K>;
}

function heldApplications(
  names: readonly string[],
  applications: Configuration["applications"],
): Record<string, HeldApplication> {
  return Object.fromEntries(
    names.map((name) => {
      const { volatile = [], capabilities = [] } = applications[name] ?? {};
      return [name, { volatile, capabilities }];
    }),
  );
}

/** SHA-256 (hexadecimal) over the inputs, the parent's image digest, and those of the images that the layer holds. */
export function inputDigest(
  inputs: LayerInputs,
  parentImage: string | undefined,
  held?: Readonly<Record<string, string>>,
): string {
  return sha256(canonicalJson({ ...inputs, parent: parentImage ?? null, ...(held && { held }) }));
}
