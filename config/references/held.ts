import { formatPath } from "../shape.ts";
import type { Problem } from "../problem.ts";
import type { Configuration } from "../schema.ts";
import { layersBelow } from "./layers.ts";
import { duplicates, unknown } from "./problems.ts";

/** What is wrong where machine images hold container images: what layers hold, and which layer a fleet's boxes run from. */
export function heldProblems(configuration: Configuration): Problem[] {
  return [
    ...Object.keys(configuration.layers).flatMap((layer) => layerProblems(layer, configuration)),
    ...Object.keys(configuration.fleets).flatMap((fleet) => fleetProblems(fleet, configuration)),
  ];
}

function layerProblems(layer: string, { layers, applications }: Configuration): Problem[] {
  const { holds, roles = [] } = layers[layer] ?? {};
  if (!holds) return [];
  const path = ["layers", layer, "holds"];
  const problems = holds.flatMap((name, index) => {
    const application = applications[name];
    if (!application) return [unknown([...path, index], "application", name, Object.keys(applications))];
    const above = layersBelow(layers, application.layer).find((each) => layers[each]?.holds !== undefined);
    if (above === undefined) return [];
    const expected = "an application whose own image holds none";
    return [{ path: formatPath([...path, index]), expected, got: `${name}, on ${above}`, fix: "remove it" }];
  });
  const fix = "add it to roles";
  const unpacked = roles.includes("contained")
    ? []
    : [{ path: `layers.${layer}.roles`, expected: "the role contained beside holds", got: "none", fix }];
  return [...problems, ...duplicates(path, holds), ...unpacked];
}

/** The layers below the top that a fleet names hold the image of each of its applications. */
function fleetProblems(fleet: string, { fleets, layers }: Configuration): Problem[] {
  const { machine, applications = [] } = fleets[fleet] ?? {};
  if (machine === undefined) return [];
  const path = ["fleets", fleet, "machine"];
  if (!Object.hasOwn(layers, machine)) return [unknown(path, "layer", machine, Object.keys(layers))];
  const held = layersBelow(layers, machine).flatMap((each) => layers[each]?.holds ?? []);
  const missing = applications.filter((name) => !held.includes(name));
  if (missing.length === 0) return [];
  return [
    {
      path: formatPath(path),
      expected: `a layer that holds ${missing.join(", ")}`,
      got: machine,
      fix: `add holds: [${missing.join(", ")}] to it`,
    },
  ];
}
