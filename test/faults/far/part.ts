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
}

const all = ["site", "catalog", "orders"];
const known: Readonly<Record<string, Omit<Part, "name" | "id">>> = {
  engine: { kind: "the engine", away: all },
  door: { kind: "the door", away: all },
  // What comes in waits at the door.
  edge: { kind: "the edge", away: [] },
  database: { kind: "the accessory", away: ["orders"] },
};

/** The part that a box of the sample is, by its name, without or with its stack before it. */
export function partOf(name: string, id?: string): Part {
  const own = known[name.replace(/^\w+\./, "")] ?? { kind: "a box", away: [] };
  return { name, ...own, ...(id !== undefined && { id }) };
}
