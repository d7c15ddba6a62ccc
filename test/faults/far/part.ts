/** Something of a system that can be killed. */
export interface Part {
  /** Name of the box; of the engine, `engine`. */
  name: string;
  /** Its container. */
  id?: string;
  /** What is killed, in the table. */
  kind: "the engine" | "the door" | "the edge" | "a box" | "the accessory";
  /** The applications that are away until it has come back; none, where others answer or requests wait. */
  away: readonly string[];
  /** The applications whose requests in flight may end by its kill. */
  cuts: readonly string[];
}

const all = ["site", "catalog", "orders"];
/** What goes through a box of a fleet, where that is not the application of its name: the web tier has all behind it. */
const through: Readonly<Record<string, readonly string[]>> = { web: all };
const known: Readonly<Record<string, Omit<Part, "name" | "id">>> = {
  engine: { kind: "the engine", away: all, cuts: all },
  door: { kind: "the door", away: all, cuts: all },
  // What comes in waits at the door.
  edge: { kind: "the edge", away: [], cuts: all },
  database: { kind: "the accessory", away: ["orders"], cuts: ["orders"] },
};

/** The part that a box of the sample is, by its name, without or with its stack before it. */
export function partOf(name: string, id?: string): Part {
  const box = name.replace(/^\w+\./, "");
  const fleet = box.replace(/-\d+$/, "");
  const own = known[box] ?? { kind: "a box", away: [], cuts: through[fleet] ?? [fleet] };
  return { name, ...own, ...(id !== undefined && { id }) };
}
