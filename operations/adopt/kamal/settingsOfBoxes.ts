import { show } from "../../../config/problem.ts";
import { markedUnset } from "../services/marks.ts";
import type { SayLine } from "../services/told.ts";
import { withoutMarks } from "../services/withoutMarks.ts";
import { isMap, type Tree } from "../services/yamlTree.ts";

type Map = Record<string, Tree>;

/** Kamal's configuration without marks but in environments, where secrets can be named. */
export function settingsOfBoxes(tree: Map, say: SayLine): Map {
  const { servers, accessories } = tree;
  const plain = withoutMarks("", ofBoxes(withImage(tree, say)), ["env", "servers", "accessories"], say);
  return {
    ...plain,
    ...(servers !== undefined && { servers: parts("servers", servers, say) }),
    ...(accessories !== undefined && { accessories: parts("accessories", accessories, say) }),
  };
}

/** Without what says how images are built and fetched, and nothing of boxes. */
function ofBoxes({ builder, registry, ...settings }: Map): Map {
  return {
    ...settings,
    ...(builder !== undefined && { builder: {} }),
    ...(isMap(registry) && registry["server"] !== undefined && { registry: { server: registry["server"] } }),
  };
}

/** An image whose name is not whole is named as one that has to be pushed somewhere. */
function withImage(tree: Map, say: SayLine): Map {
  const { image, service } = tree;
  if (typeof image !== "string" || markedUnset(image).length === 0) return tree;
  const named = `registry.example/${show(service)}`;
  say(
    "left",
    "image",
    `${markedUnset(image).join(", ")} is not set, and ${named} is proposed; set it in .env beside the file, and adopt again`,
  );
  return { ...tree, image: named };
}

function parts(path: string, tree: Tree, say: SayLine): Tree {
  if (!isMap(tree)) return withoutMarks("", { [path]: tree }, [], say)[path] ?? [];
  const entries = Object.entries(tree).map(([name, part]) => {
    const at = `${path}.${name}`;
    return [
      name,
      isMap(part)
        ? withoutMarks(at, part, ["env"], say)
        : (withoutMarks(path, { [name]: part }, [], say)[name] ?? []),
    ] as const;
  });
  return Object.fromEntries(entries);
}
