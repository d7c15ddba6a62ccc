import { publicPort, statePort } from "../../../config/edge.ts";
import type { Judged } from "./Judged.ts";
import type { SayLine } from "./told.ts";

/**
 * The port of each part by its service's name: its own, where nothing else has it. The names in one network are no places of their own, so
 * that every port is there once; accessories come first, since they are moved least easily.
 */
export function placedPorts(all: readonly Judged[], say: SayLine): ReadonlyMap<string, number> {
  const wanted = [
    ...all.flatMap((each) =>
      each.kind === "accessory" ? [{ each, port: each.port, path: each.service.path }] : [],
    ),
    ...all.flatMap((each) =>
      each.kind === "served" ? [{ each, port: each.port.port, path: each.port.path }] : [],
    ),
  ];
  const holders = new Map<number, string>();
  const isServed = all.some(({ kind }) => kind === "served");
  if (isServed) for (const own of [publicPort, statePort]) holders.set(own, "the edge");
  const asked = new Set(wanted.map(({ port }) => port));
  const freePort = (port: number): number => {
    if (port > 65_535) return freePort(1024);
    return holders.has(port) || asked.has(port) ? freePort(port + 1) : port;
  };
  return new Map(
    wanted.map(({ each, port, path }) => {
      const holder =
        each.kind === "accessory" && holders.get(port) === "the edge" ? undefined : holders.get(port);
      const own = holder === undefined ? port : freePort(each.kind === "accessory" ? port + 1 : 8080);
      holders.set(own, each.service.name);
      if (holder !== undefined) sayMoved(each, path, { port, own, holder }, say);
      return [each.service.name, own];
    }),
  );
}

/** A program that is told its port by a variable is told another one; of others somebody has to see to it. */
function sayMoved({ service }: Judged, path: string, { port, own, holder }: Moved, say: SayLine): void {
  const variable = portVariable(service.variables, port);
  const why = `${port} is the port of ${holder}, and each is there once`;
  if (variable === undefined)
    say("left", path, `${why}; have ${service.name} listen on ${own}, as is proposed, and tell who asks it`);
  else say("changed", path, `${why}; ${variable} says ${own}`);
}

interface Moved {
  port: number;
  own: number;
  holder: string;
}

/** The variable that tells a program its port. */
export function portVariable(
  variables: readonly { name: string; value: string }[],
  port: number,
): string | undefined {
  return variables.find(({ name, value }) => /(^|_)PORT$/.test(name) && value === String(port))?.name;
}
