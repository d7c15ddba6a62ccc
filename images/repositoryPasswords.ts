import * as pulumi from "@pulumi/pulumi";
import { withSecrets } from "../config/secretValues.ts";
import type { LayerInputs } from "../plan/inputs.ts";
import type { Recipes } from "../plan/recipes.ts";

/**
 * The passwords of the repositories that some layers use, by repository; undefined when none has one.
 * @param stack its repositories, and its secrets by name.
 */
export function repositoryPasswords(
  layers: readonly Pick<LayerInputs, "repositories" | "builders">[],
  { packages, secrets }: Pick<Recipes, "packages"> & { secrets: pulumi.Input<Record<string, string>> },
): pulumi.Output<Record<string, string>> | undefined {
  const builders = layers.flatMap(({ builders: all = {} }) => Object.values(all).flat());
  const used = new Set(
    [...layers, ...builders.map(({ inputs }) => inputs)].flatMap(({ repositories = {} }) =>
      Object.keys(repositories),
    ),
  );
  const named = [...used].flatMap((name) => {
    const password = packages.repositories[name]?.password;
    return password === undefined ? [] : [[name, password] as const];
  });
  if (named.length === 0) return undefined;
  return pulumi
    .secret(secrets)
    .apply((known) =>
      Object.fromEntries(named.map(([name, password]) => [name, withSecrets(password, known)])),
    );
}
