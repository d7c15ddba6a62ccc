import { isUnset, markedSecrets, markedUnset, unmarked } from "./marks.ts";
import type { SayLine } from "./told.ts";
import { isMap, mapTexts, type Tree } from "./yamlTree.ts";

/**
 * A map without marks: what has a secret cannot name it there, and is left out; what names a variable that is not set goes without it.
 * @param kept keys whose values keep their marks, since secrets can be named in them.
 */
export function withoutMarks(
  path: string,
  tree: Record<string, Tree>,
  kept: readonly string[],
  say: SayLine,
): Record<string, Tree> {
  const parts = Object.entries(tree).flatMap(([key, value]): [string, Tree][] => {
    if (kept.includes(key)) return [[key, value]];
    const secret = textsOf(value).flatMap(markedSecrets)[0];
    const at = path === "" ? key : `${path}.${key}`;
    if (secret !== undefined) {
      say(
        "left",
        at,
        `has the secret ${secret}, which everybody could read there; have the program read it from a variable`,
      );
      return [];
    }
    for (const name of textsOf(value).flatMap(markedUnset))
      say("left", at, `${name} is not set; set it in .env beside the file, and adopt again`);
    const known = withoutUnset(value);
    return known === undefined ? [] : [[key, mapTexts(known, (text) => unmarked(text, () => ""))]];
  });
  return Object.fromEntries(parts);
}

/** What is left of a value without the parts that are nothing but a variable which is not set. */
function withoutUnset(tree: Tree): Tree | undefined {
  if (typeof tree === "string") return isUnset(tree) ? undefined : tree;
  if (Array.isArray(tree)) return tree.map(withoutUnset).filter((each) => each !== undefined);
  if (!isMap(tree)) return tree;
  const kept = Object.entries(tree).map(([key, value]) => [key, withoutUnset(value)] as const);
  return Object.fromEntries(kept.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

function textsOf(tree: Tree): string[] {
  const found: string[] = [];
  mapTexts(tree, (text) => {
    found.push(text);
    return text;
  });
  return found;
}
