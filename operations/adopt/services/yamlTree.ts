import { parseDocument, type CollectionTag, type ScalarTag } from "yaml";
import { formatPath } from "../../../config/shape.ts";

/** What is read of a YAML file: maps, lists and plain values. */
export type Tree = string | number | boolean | null | Tree[] | { [key: string]: Tree };

/** Tags of Compose's own, for several files, are read as what they stand before. */
const customTags = ["!reset", "!override"].flatMap((tag): (CollectionTag | ScalarTag)[] => [
  { tag, resolve: (text) => text },
  { tag, collection: "map" },
  { tag, collection: "seq" },
]);

/** A YAML file's one document, with anchors and merge keys resolved. @throws Error that says, with the place, what is no YAML. */
export function yamlTree(file: string, text: string): Record<string, Tree> {
  const document = parseDocument(text, { merge: true, customTags, logLevel: "silent" });
  const [problem] = document.errors;
  if (problem) {
    const { line, col } = problem.linePos?.[0] ?? { line: 1, col: 1 };
    throw new Error(
      `${file}:${line}:${col}: expected YAML, got: ${problem.message.split("\n")[0] ?? ""}; correct it`,
    );
  }
  const tree = asTree(file, () => document.toJS({ maxAliasCount: 100_000 }) as Tree);
  if (isMap(tree)) return tree;
  throw new Error(`${file}: expected a map with the services, got ${typeOf(tree)}; name another file`);
}

/** Aliases may stand for more than memory holds; the library refuses those. */
function asTree(file: string, read: () => Tree): Tree {
  try {
    return read();
  } catch (error) {
    throw new Error(`${file}: expected YAML, got: ${(error as Error).message}; correct it`, { cause: error });
  }
}

/** The tree with every text of it changed. @throws Error with the text's place before what `change` says. */
export function mapTexts(
  tree: Tree,
  change: (text: string, path: readonly PropertyKey[]) => string,
  path: readonly PropertyKey[] = [],
): Tree {
  if (typeof tree === "string") {
    try {
      return change(tree, path);
    } catch (error) {
      throw new Error(`${formatPath(path)}: ${(error as Error).message}`, { cause: error });
    }
  }
  if (Array.isArray(tree)) return tree.map((each, index) => mapTexts(each, change, [...path, index]));
  if (!isMap(tree)) return tree;
  return Object.fromEntries(
    Object.entries(tree).map(([key, value]) => [key, mapTexts(value, change, [...path, key])]),
  );
}

/** Whether it is a map. */
export function isMap(tree: Tree | undefined): tree is { [key: string]: Tree } {
  return typeof tree === "object" && tree !== null && !Array.isArray(tree);
}

function typeOf(tree: Tree): string {
  if (tree === null) return "nothing";
  return Array.isArray(tree) ? "a list" : `a ${typeof tree}`;
}
