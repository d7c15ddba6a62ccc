import { z } from "zod";

/** A plain value of a YAML file. */
export const plainScalar = z.union([z.string(), z.number(), z.boolean()], { error: "a text or a number" });

/** The same as a text. */
export const scalarText = plainScalar.transform(String);

/** The name of an image, with a digest or without. @param expected what it is, in words. */
export function imageNamed(expected: string) {
  return z.string({ error: expected }).regex(/^[^\s@]+(@sha256:[0-9a-f]{64})?$/, { error: expected });
}
