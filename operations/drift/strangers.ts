import type { WantedBox } from "../state/box.ts";
import type { DriftFinding } from "./finding/finding.ts";

/** A container that is in one of the stack's networks. */
export interface Neighbour {
  id: string;
  name: string;
  network: string;
  /** Whether it is a box for one command (a task, a shell): nobody asks it anything. */
  isThrowAway?: boolean;
}

/** Containers in the stack's networks that its state does not know: they could take part of its traffic. */
export function strangers(neighbours: readonly Neighbour[], known: ReadonlySet<string>): DriftFinding[] {
  return neighbours
    .filter(({ id, isThrowAway = false }) => !known.has(id) && !isThrowAway)
    .map(({ id, name, network }) => ({
      kind: "stranger",
      subject: name,
      what: `a container that the state does not know is in the network ${network}; remove it by docker rm --force ${id.slice(0, 12)}`,
    }));
}

/** The networks that a stack's boxes are in. */
export function networksOf(boxes: readonly WantedBox[]): string[] {
  return [...new Set(boxes.flatMap(({ networks }) => Object.keys(networks)))].sort();
}
