import type { z } from "zod";

/** What a program of the project was asked, as JSON by a schema. @throws Error with every problem. */
export function readRequest<T>(schema: z.ZodType<T>, text: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`request: expected JSON, got ${text.slice(0, 80)}; see --help`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(
    ({ path, message }) => `${path.join(".") || "request"}: ${message}; see --help`,
  );
  throw new Error(lines.join("\n"));
}
