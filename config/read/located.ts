import { isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument, type Document } from "yaml";
import type { Problem } from "../problem.ts";

/** The text of a configuration file, by its path in the project. */
export interface WrittenFile {
  name: string;
  text: string;
}

/** Where a key stands: `file` is one of the stack's own, and of the project's where both have it. */
interface Place {
  file: string;
  line: number;
}

/**
 * Problems that say in which file, and line, they are: `Pulumi.dev.yaml:12: environment.fleets.web.count`. What stands nowhere, as it is
 * missing, is where the part stands that it belongs into; what belongs into no part that is written stays as it is.
 * @param project text of `Pulumi.yaml`, where keys are below `config.KEY.value`.
 * @param stack text of a stack's file, where they are below `config.PROJECT:KEY` or `config.KEY`, and win.
 */
export function located(problems: readonly Problem[], project: WrittenFile, stack: WrittenFile): Problem[] {
  const files = [fileOf(stack), fileOf(project)];
  const prefix = `${String(files[1]?.document.get("name"))}:`;
  return problems.map((problem) => {
    const { path } = problem;
    const place =
      placeIn(files[0], ["config"], `${prefix}${path}`) ??
      placeIn(files[0], ["config"], path) ??
      placeIn(files[1], ["config"], path, ["value"]);
    return place ? { ...problem, path: `${place.file}:${place.line}: ${path}` } : problem;
  });
}

interface ParsedFile {
  name: string;
  document: Document;
  lines: LineCounter;
}

function fileOf({ name, text }: WrittenFile): ParsedFile {
  const lines = new LineCounter();
  return { name, document: parseDocument(text, { lineCounter: lines, logLevel: "silent" }), lines };
}

/** The place of a path below some keys of a file; `between` stand below its first key. Undefined where not even that is there. */
function placeIn(
  file: ParsedFile | undefined,
  above: readonly string[],
  path: string,
  between: readonly string[] = [],
): Place | undefined {
  const top = file?.document.getIn(above, true);
  const first = stepDown(top, path);
  if (!file || !first) return undefined;
  let { offset, node, rest } = first;
  for (const key of between) node = stepDown(node, key)?.node;
  for (let next = stepDown(node, rest); next; next = stepDown(node, rest)) ({ offset, node, rest } = next);
  return { file: file.name, line: file.lines.linePos(offset).line };
}

interface Step {
  /** Of the key, or of the element, in its file. */
  offset: number;
  node: unknown;
  /** What is left of the path. */
  rest: string;
}

/** One step along a path such as `hosts["a.example"].ports[0]`: names have dots, so the longest key that fits is taken. */
function stepDown(node: unknown, path: string): Step | undefined {
  const [, index, after = ""] = /^\[(\d+)\]\.?(.*)$/s.exec(path) ?? [];
  if (isSeq(node) && index !== undefined) {
    const element = node.items[Number(index)];
    return isNode(element) && element.range
      ? { offset: element.range[0], node: element, rest: after }
      : undefined;
  }
  if (!isMap(node)) return undefined;
  const steps = node.items.flatMap((pair) => {
    if (!isPair(pair) || !isScalar(pair.key) || !pair.key.range) return [];
    const rest = restOf(path, String(pair.key.value));
    return rest === undefined ? [] : [{ offset: pair.key.range[0], node: pair.value, rest }];
  });
  return steps.sort((a, b) => a.rest.length - b.rest.length)[0];
}

function restOf(path: string, key: string): string | undefined {
  for (const written of [key, `[${JSON.stringify(key)}]`]) {
    if (!path.startsWith(written)) continue;
    const rest = path.slice(written.length);
    if (rest === "" || rest.startsWith("[")) return rest;
    if (rest.startsWith(".")) return rest.slice(1);
  }
  return undefined;
}
