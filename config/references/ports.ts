import { furtherPortName, furtherPorts } from "../ports.ts";
import type { Problem } from "../problem.ts";
import type { Written } from "../schema.ts";
import { variableOf } from "../variableOf.ts";

/** What is wrong in the ports of applications: those that are taken, and names whose variables are. */
export function portProblems(configuration: Written): Problem[] {
  return [...takenPorts(configuration), ...takenVariables(configuration)];
}

/** A port of an application, and where it is configured. */
interface Listening {
  path: string;
  /** The application's path for its own one. */
  shown: string;
  application: string;
  port: number;
  home: string | undefined;
  target: string | undefined;
}

function listening({ applications, fleets, environment }: Written): Listening[] {
  return Object.entries(applications).flatMap(([name, application]) => {
    const home = Object.keys(fleets).find((fleet) => fleets[fleet]?.applications.includes(name));
    const target = home === undefined ? undefined : environment.fleets[home]?.target;
    const path = `applications.${name}`;
    const { port } = application;
    const common = { application: name, home, target };
    return [
      ...(port === undefined ? [] : [{ ...common, path: `${path}.port`, shown: path, port }]),
      ...furtherPorts(application).map((each) => {
        const own = `${path}.ports.${each.name}`;
        return { ...common, path: own, shown: own, port: each.port };
      }),
    ];
  });
}

/** Ports are a box's own; what is no container is on a machine or behind a load balancer, where each port is there once. */
function takenPorts(configuration: Written): Problem[] {
  const parts = listening(configuration);
  return parts.flatMap(({ path, application, port, home, target }, index) => {
    const first = parts.slice(0, index).find((other) => {
      const isShared = other.application === application || (home !== undefined && other.home === home);
      const isPlaced = target !== undefined && other.target !== undefined;
      return other.port === port && (isShared || (isPlaced && [target, other.target].some(isElsewhere)));
    });
    if (!first) return [];
    const got = `${port}, the port of ${first.shown}`;
    const others = first.home === home ? "" : ` where not all boxes are containers`;
    const expected = `a port of its own${others}`;
    return [{ path, expected, got, fix: "choose another" }];
  });
}

/** Whether boxes of a target are no containers of the engine's network. */
function isElsewhere(target: string | undefined): boolean {
  return target !== "containers";
}

/** Boxes are told where all are by variables that begin with their names. */
function takenVariables({ applications, accessories }: Written): Problem[] {
  const holders = new Map(
    [
      ...Object.keys(applications).map((name) => `applications.${name}`),
      ...Object.keys(accessories).map((name) => `accessories.${name}`),
    ].map((path) => [variableOf(path.slice(path.indexOf(".") + 1)), path]),
  );
  return Object.entries(applications).flatMap(([name, application]) =>
    furtherPorts(application).flatMap((port) => {
      const variable = variableOf(furtherPortName(name, port.name));
      const path = `applications.${name}.ports.${port.name}`;
      const holder = holders.get(variable);
      holders.set(variable, holder ?? path);
      if (holder === undefined) return [];
      const expected = "a name of which boxes can be told";
      return [{ path, expected, got: `${variable}_…, the variables of ${holder}`, fix: "rename it" }];
    }),
  );
}
