import { imageLayer, isPinned } from "../existingImage.ts";
import type { Problem } from "../problem.ts";
import type { Written } from "../schema.ts";
import { unknown } from "./problems.ts";
import type { Surroundings } from "./surroundings.ts";

type Part = Written["applications"][string] | Written["accessories"][string];

/** What is wrong in what applications and accessories run: none or several images, one without a digest, one of nobody. */
export function existingImageProblems(
  written: Written,
  surroundings: Pick<Surroundings, "exists">,
): Problem[] {
  const { applications, accessories } = written;
  return [
    ...Object.entries(applications).flatMap(([name, part]) => [
      ...originProblems("applications", name, part, ["layer", "image", "of"]),
      ...ofProblems(name, part, applications),
    ]),
    ...Object.entries(accessories).flatMap(([name, part]) =>
      originProblems("accessories", name, part, ["layer", "image"]),
    ),
    ...[...Object.entries(applications), ...Object.entries(accessories)].flatMap(([name, { image }]) =>
      image === undefined ? [] : nameProblems(name, written),
    ),
    ...[...partsOf("applications", applications), ...partsOf("accessories", accessories)].flatMap(
      ([path, part]) => fileProblems(path, part, surroundings),
    ),
  ];
}

function partsOf(section: string, parts: Readonly<Record<string, Part>>): (readonly [string, Part])[] {
  return Object.entries(parts).map(([name, part]) => [`${section}.${name}`, part] as const);
}

/** Files are given to an existing image, by whoever names it; they are there, and none stands for the whole image. */
function fileProblems(
  path: string,
  { image, files = {} }: Part,
  { exists }: Pick<Surroundings, "exists">,
): Problem[] {
  const all = Object.entries(files);
  if (all.length > 0 && image === undefined) {
    const expected = "none without an image of its own";
    const fix = "have a role bring them, or name them where the image stands";
    return [{ path: `${path}.files`, expected, got: all.map(([place]) => place).join(", "), fix }];
  }
  return all.flatMap(([place, source]) => {
    const at = `${path}.files["${place}"]`;
    const isRoot = place.replace(/\/+$/, "") === "";
    if (isRoot)
      return [{ path: at, expected: "a place in the image", got: place, fix: "name a folder or a file" }];
    if (exists(source)) return [];
    const fix = "create it or correct the path";
    return [{ path: at, expected: "a file or folder of the project", got: source, fix }];
  });
}

function originProblems(section: string, name: string, part: Part, origins: readonly string[]): Problem[] {
  const given = Object.entries(part).flatMap(([key, value]) =>
    origins.includes(key) && value !== undefined ? [key] : [],
  );
  const path = `${section}.${name}`;
  const expected = `one of ${origins.slice(0, -1).join(", ")} and ${origins.at(-1) ?? ""}`;
  if (given.length === 0) return [{ path, expected, got: "none", fix: "say what its boxes run" }];
  if (given.length > 1) return [{ path, expected, got: given.join(" and "), fix: "keep one" }];
  const { image } = part;
  if (image === undefined || isPinned(image)) return [];
  return [
    {
      path: `${path}.image`,
      expected: "an image pinned by its digest (name@sha256:…)",
      got: image,
      fix: `npm run pin -- ${name} ${image.replace(/@.*$/, "")} writes it`,
    },
  ];
}

/** An image is named once, by whoever has it. */
function ofProblems(
  name: string,
  { of }: Written["applications"][string],
  applications: Written["applications"],
): Problem[] {
  if (of === undefined) return [];
  const path = ["applications", name, "of"];
  const other = applications[of];
  if (!other) return [unknown(path, "application", of, Object.keys(applications))];
  if (other.of === undefined) return [];
  const got = of === name ? "its own name" : `${of}, which is of ${other.of}`;
  const fix = of === name || other.of === name ? "name another" : `name ${other.of}`;
  const expected = "an application with a layer or an image of its own";
  return [{ path: path.join("."), expected, got, fix }];
}

/** Both would be one place among the images. */
function nameProblems(owner: string, { layers }: Written): Problem[] {
  const layer = imageLayer(owner);
  if (!Object.hasOwn(layers, layer)) return [];
  const expected = `another name, since the image of ${owner} is known by this one`;
  return [{ path: `layers.${layer}`, expected, got: layer, fix: "rename it" }];
}
