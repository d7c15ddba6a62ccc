import type { FleetLine } from "./line.ts";

/** Lines of fleets, where one that goes from containers to instances, or back, has a single line. */
export function withMoves(containers: readonly FleetLine[], instances: readonly FleetLine[]): FleetLine[] {
  const moved = new Map(
    containers.flatMap((container) => {
      const instance = instances.find(({ name }) => name === container.name);
      const line = instance && moveLine(container, instance);
      return line ? [[line.name, line] as const] : [];
    }),
  );
  return [
    ...containers.map((line) => moved.get(line.name) ?? line),
    ...instances.filter(({ name }) => !moved.has(name)),
  ];
}

function moveLine(container: FleetLine, instance: FleetLine): FleetLine | undefined {
  if (container.action === "remove") return move(container, instance, "instances");
  return instance.action === "remove" ? move(instance, container, "containers") : undefined;
}

function move(old: FleetLine, made: FleetLine, movesTo: "containers" | "instances"): FleetLine {
  return {
    name: made.name,
    action: "move",
    movesTo,
    ...(old.from !== undefined && { from: old.from }),
    ...(made.to !== undefined && { to: made.to }),
    boxesBefore: old.boxesBefore,
    boxesAfter: made.boxesAfter,
    specification: [],
  };
}
