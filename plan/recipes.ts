import type { Configuration } from "../config/schema.ts";

/** What images are made of, as configured. */
export interface Recipes {
  layers: Configuration["layers"];
  /** What layers hold the container images of. */
  applications: Configuration["applications"];
  /** Where pinned packages come from. */
  packages: Configuration["packages"];
  registry?: NonNullable<Configuration["registry"]>;
}

/** The recipes of a configuration. */
export function recipesOf({ layers, applications, packages, registry }: Configuration): Recipes {
  return { layers, applications, packages, ...(registry && { registry }) };
}
