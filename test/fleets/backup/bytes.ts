import { buffer } from "node:stream/consumers";

/** Parts as a stream; ends with the error where there is one. */
export async function* streamOf(parts: readonly Uint8Array[], error?: Error): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield await Promise.resolve(part);
  if (error) throw error;
}

/** All of a stream. */
export function allOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return buffer(stream);
}
