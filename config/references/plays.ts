import type { Problem } from "../problem.ts";
import type { Configuration, LayerRecipe } from "../schema.ts";
import { show } from "../problem.ts";
import type { Surroundings } from "./surroundings.ts";

/** What is wrong in layers that an existing playbook makes, and in those that only say how one would. */
export function playProblems({ layers }: Configuration, { exists }: Surroundings): Problem[] {
  return Object.entries(layers).flatMap(([name, layer]) => {
    const at = (key: string, expected: string, got: string, fix: string) => ({
      path: `layers.${name}.${key}`,
      expected,
      got,
      fix,
    });
    if (layer.playbook === undefined)
      return namedOf(layer, playOnly).map(([key, got]) =>
        at(key, "a playbook beside it", got, "name the playbook, or remove it"),
      );
    return [
      ...namedOf(layer, notWithPlays).map(([key, got]) =>
        at(key, "nothing beside a playbook", got, "put it into a layer of its own"),
      ),
      ...missingFiles(layer, exists).map(([key, got]) =>
        at(key, "a file or folder of the project", got, "create it or correct the path"),
      ),
      ...vaultProblems(layer).map((got) =>
        at("vault", "one of file, command and environment", got, "say where the password comes from"),
      ),
    ];
  });
}

const playOnly = ["inventory", "groups", "requirements", "tags", "skipTags", "vault"] as const;
const notWithPlays = ["roles", "packages", "holds", "provisioner", "run", "library"] as const;

/** Those of the keys that a layer has, with what they are; an empty list is none. */
function namedOf(layer: LayerRecipe, keys: readonly (keyof LayerRecipe)[]): [string, string][] {
  return keys.flatMap((key) => {
    const value = layer[key];
    const none = value === undefined || value === "ansible" || (Array.isArray(value) && value.length === 0);
    return none ? [] : [[key, shown(value)] as [string, string]];
  });
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.join(", ");
  return show(typeof value === "object" && value !== null ? Object.keys(value).join(", ") : value);
}

function missingFiles(layer: LayerRecipe, exists: (path: string) => boolean): [string, string][] {
  return (["playbook", "inventory", "requirements"] as const).flatMap((key) => {
    const file = layer[key];
    return file === undefined || exists(file) ? [] : [[key, file] as [string, string]];
  });
}

function vaultProblems({ vault }: LayerRecipe): string[] {
  if (!vault) return [];
  const given = Object.keys(vault);
  return given.length === 1 ? [] : [given.join(" and ") || "nothing"];
}
