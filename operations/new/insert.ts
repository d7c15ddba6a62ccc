import { isMap, isNode, parseDocument, stringify, type YAMLMap } from "yaml";
import { engineYaml } from "../../work/yamlText.ts";

/**
 * The text of a YAML document with one entry more in a map, as its last; everything else stays as it is, comments too. Maps that
 * are not there are made.
 * @param place the map's keys.
 * @param value data, written on one line.
 */
export function withEntry(text: string, place: readonly string[], key: string, value: unknown): string {
  const document = parseDocument(text);
  const map = document.getIn(place, true);
  const line = isMap(map) ? indentedLine(text, map) : undefined;
  if (line === undefined) {
    if (!isMap(map) && document.hasIn(place)) document.deleteIn(place);
    document.setIn([...place, key], document.createNode(value, { flow: true }));
    return engineYaml(document.toString({ lineWidth: 0 }));
  }
  const node = document.createNode(value, { flow: true });
  // Lists as they are written by hand.
  const entry = stringify({ [key]: node }, { lineWidth: 0 })
    .trimEnd()
    .replaceAll(/\[ ([\w.-]+) \]/g, "[$1]");
  const before = text.slice(0, line.end);
  const newline = before.endsWith("\n") ? "" : "\n";
  return engineYaml(`${before}${newline}${line.indentation}${entry}\n${text.slice(line.end)}`);
}

/** Where the lines of a map in block style end, and how they are indented; undefined for one in flow style, or without entries. */
function indentedLine(text: string, map: YAMLMap): { end: number; indentation: string } | undefined {
  const [first, last] = [map.items[0]?.key, map.items.at(-1)];
  if (map.flow === true || !isNode(first) || !first.range || !last) return undefined;
  const start = first.range[0];
  const indentation = text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
  const value = isNode(last.value) && last.value.range ? last.value : last.key;
  if (!/^ *$/.test(indentation) || !isNode(value) || !value.range) return undefined;
  const inner = value.range[1];
  // What is of several lines ends with its last one; all else within a line, which may go on with a comment.
  const newline = text[inner - 1] === "\n" ? inner - 1 : text.indexOf("\n", inner);
  return { end: newline === -1 ? text.length : newline + 1, indentation };
}
