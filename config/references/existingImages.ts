import { imageLayer, isPinned } from "../existingImage.ts";
import type { Problem } from "../problem.ts";
import type { Written } from "../schema.ts";
import { unknown } from "./problems.ts";

type Part = Written["applications"][string] | Written["accessories"][string];

/** What is wrong in what applications and accessories run: none or several images, one without a digest, one of nobody. */
export function existingImageProblems(written: Written): Problem[] {
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
  ];
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
