import type { Problem } from "../problem.ts";
import type { Written } from "../schema.ts";
import { runnableProblems } from "./layers.ts";
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

/** Ports are a box's own; what is no container is on a machine or behind a load balancer, where each port is there once. */
function portProblems({ applications, fleets, environment }: Written): Problem[] {
  const parts = Object.entries(applications).flatMap(([name, { port }]) => {
    const home = Object.keys(fleets).find((fleet) => fleets[fleet]?.applications.includes(name));
    const target = home === undefined ? undefined : environment.fleets[home]?.target;
    return port === undefined ? [] : [{ name, port, home, target }];
  });
  return parts.flatMap(({ name, port, home, target }, index) => {
    const first = parts.slice(0, index).find((other) => {
      const isShared = home !== undefined && other.home === home;
      const isPlaced = target !== undefined && other.target !== undefined;
      return other.port === port && (isShared || (isPlaced && [target, other.target].some(isElsewhere)));
    });
    if (!first) return [];
    const got = `${port}, the port of applications.${first.name}`;
    const others = first.home === home ? "" : ` where not all boxes are containers`;
    const expected = `a port of its own${others}`;
    return [{ path: `applications.${name}.port`, expected, got, fix: "choose another" }];
  });
}

/** Whether boxes of a target are no containers of the engine's network. */
function isElsewhere(target: string | undefined): boolean {
  return target !== "containers";
}

function useProblems(name: string, uses: readonly string[], accessories: Written["accessories"]): Problem[] {
  return listProblems(["applications", name, "uses"], "accessory", uses, Object.keys(accessories));
}
