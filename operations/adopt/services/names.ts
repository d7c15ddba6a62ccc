import { edgeName, edgeServers } from "../../../config/edge.ts";
import type { Judged } from "./Judged.ts";
import { nameBeside } from "./plainName.ts";

/** What the parts of the proposal are called, by the names of their services: one name each, and none of the edge's own. */
export function namesOf(all: readonly Judged[]): ReadonlyMap<string, string> {
  const taken = new Set([edgeName, ...edgeServers]);
  const parts = all.filter(({ kind }) => kind !== "left" && kind !== "task");
  return new Map(
    parts.map(({ service }) => {
      const name = nameBeside(service.name, taken);
      taken.add(name);
      return [service.name, name];
    }),
  );
}
