import { z } from "zod";

/** Image ids by application, from the variable HELD_IMAGES; undefined for a layer that holds none. */
export function givenHeld(): Record<string, string> | undefined {
  const text = process.env["HELD_IMAGES"];
  return text === undefined ? undefined : z.record(z.string(), z.string()).parse(JSON.parse(text));
}
