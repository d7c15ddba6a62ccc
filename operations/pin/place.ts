import { isMap, isScalar, parseDocument } from "yaml";
import { show, suggest } from "../../config/problem.ts";
import { engineYaml } from "../../work/yamlText.ts";

/** Where the topology names an existing image. */
export interface PinPlace {
  /** `applications.shop`. */
  path: string;
  /** What stands there now; undefined when nothing does. */
  image?: string;
}

const sections = ["applications", "accessories"] as const;

/**
 * Where an application or accessory of a project's file (Pulumi.yaml) names its image.
 * @throws Error when there is none of the name, or it runs something else.
 */
export function pinPlace(text: string, name: string): PinPlace {
  const document = parseDocument(text);
  const value = (...path: string[]) => document.getIn(["config", ...path]);
  const section = sections.find((each) => isMap(value(each, "value", name)));
  if (!section) {
    const known = sections.flatMap((each) => namesIn(value(each, "value")));
    throw new Error(
      `${name}: expected an application or accessory of Pulumi.yaml, got none; ${suggest(name, known)}`,
    );
  }
  const path = `${section}.${name}`;
  const of = value(section, "value", name, "of");
  if (typeof of === "string")
    throw new Error(`${path}: expected an image of its own, got that of ${of}; pin ${of}`);
  const layer = value(section, "value", name, "layer");
  if (layer !== undefined)
    throw new Error(
      `${path}: expected an image, got the layer ${show(layer)}; remove it to run an image instead`,
    );
  const image = value(section, "value", name, "image");
  return { path, ...(typeof image === "string" && { image }) };
}

function namesIn(map: unknown): string[] {
  return isMap(map) ? map.items.map(({ key }) => String(key)) : [];
}

/** The file's text with another image there; everything else stays as it is, comments too. */
export function withPin(text: string, { path }: PinPlace, image: string): string {
  const [section = "", name = ""] = path.split(".");
  const document = parseDocument(text);
  const place = ["config", section, "value", name, "image"];
  const node = document.getIn(place, true);
  const [start, end] = (isScalar(node) && node.range) || [];
  const quoted = JSON.stringify(image);
  if (start !== undefined && end !== undefined && end > start)
    return `${text.slice(0, start)}${quoted}${text.slice(end)}`;
  document.setIn(place, image);
  return engineYaml(document.toString({ lineWidth: 0 }));
}
