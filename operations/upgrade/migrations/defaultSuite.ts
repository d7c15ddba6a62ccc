import { isMap, isScalar, parseDocument, type YAMLMap } from "yaml";
import { defaultSuite } from "../../../config/baseSource.ts";
import type { Migrated, Migration } from "./Migration.ts";

/** Where versions have the suite of a base that names none. */
const places = ["config/baseSource.ts", "config/schema.ts"];
const forms = [/defaultSuite = "([\w.-]+)"/, /\bsuite: z\s*\.string\(\)\s*\.default\("([\w.-]+)"\)/];

/** A base that names no suite of its distribution keeps the one that it has, by its name: the default is a newer one from time to time. */
export const keepSuite: Migration = {
  where: "topology",
  migrate: (text, base) => {
    const former = places
      .map((place) => base(place) ?? "")
      .flatMap((source) => forms.map((form) => form.exec(source)?.[1]))
      .find((suite) => suite !== undefined);
    return former === undefined || former === defaultSuite ? undefined : withSuite(text, former);
  },
};

function withSuite(text: string, suite: string): Migrated | undefined {
  const layers = parseDocument(text).getIn(["config", "layers", "value"]);
  if (!isMap(layers)) return undefined;
  const unnamed = layers.items.flatMap(({ key, value }) => {
    const mirror = isMap(value) ? value.getIn(["from", "mirror"], true) : undefined;
    return isMap(mirror) && !mirror.has("suite") ? [{ layer: String(key), mirror }] : [];
  });
  if (unnamed.length === 0) return undefined;
  return {
    // From the end on, so that places before it stay where they are.
    text: unnamed.reduceRight((changed, { mirror }) => withFirst(changed, mirror, `suite: ${suite}`), text),
    told: unnamed.map(
      ({ layer }) => `layers.${layer}.from.mirror.suite: ${suite}, as the default is ${defaultSuite} now`,
    ),
  };
}

/** The text with an entry more in a map, as its first; all else stays as it is. */
function withFirst(text: string, map: YAMLMap, entry: string): string {
  const [start = 0] = map.range ?? [];
  if (map.flow === true) {
    const rest = text.slice(start + 1);
    const blank = map.items.length === 0 || /^\s/.test(rest) ? " " : "";
    return `${text.slice(0, start)}{${blank}${entry}${map.items.length === 0 ? " " : ", "}${rest.trimStart()}`;
  }
  const [first] = map.items;
  const at = isScalar(first?.key) ? (first.key.range?.[0] ?? start) : start;
  const indentation = text.slice(text.lastIndexOf("\n", at - 1) + 1, at);
  return `${text.slice(0, at)}${entry}\n${indentation}${text.slice(at)}`;
}
