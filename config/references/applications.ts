import type { Problem } from "../problem.ts";
import type { Written } from "../schema.ts";
import { runnableProblems } from "./layers.ts";
import { portProblems } from "./ports.ts";
import { listProblems } from "./problems.ts";

/** What is wrong in the applications and accessories: layers, names, ports and what they use. */
export function applicationProblems(configuration: Written): Problem[] {
  const { layers, applications, accessories } = configuration;
  const parts = [
    ...Object.entries(applications).map(([name, part]) => ["applications", name, part] as const),
    ...Object.entries(accessories).map(([name, part]) => ["accessories", name, part] as const),
  ];
  return [
    ...parts.flatMap(([section, name, { layer }]) =>
      layer === undefined ? [] : runnableProblems([section, name, "layer"], layer, layers),
    ),
    ...nameProblems(configuration),
    ...portProblems(configuration),
    ...Object.entries(applications).flatMap(([name, { uses }]) => useProblems(name, uses, accessories)),
  ];
}

function nameProblems({ applications, accessories, fleets }: Written): Problem[] {
  return Object.keys(accessories).flatMap((name) =>
    [
      ...(Object.hasOwn(applications, name) ? ["an application"] : []),
      // Both would be the same name in the network.
      ...(Object.hasOwn(fleets, name) ? ["a fleet"] : []),
    ].map((other) => ({
      path: `accessories.${name}`,
      expected: "a name of its own",
      got: `the name of ${other}`,
      fix: "rename one of them",
    })),
  );
}

function useProblems(name: string, uses: readonly string[], accessories: Written["accessories"]): Problem[] {
  return listProblems(["applications", name, "uses"], "accessory", uses, Object.keys(accessories));
}
