import { createHash } from "node:crypto";

/** What a stream was: how long, and its SHA-256 (`sha256:` and hexadecimal digits). */
export interface Measure {
  bytes: number;
  digest: string;
}

/** A stream as it is, which is measured on its way; told at its end. @param ended may throw, which makes it an end by an error. */
export async function* measured(
  content: AsyncIterable<Uint8Array>,
  ended: (measure: Measure) => void,
): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const part of content) {
    hash.update(part);
    bytes += part.length;
    yield part;
  }
  ended({ bytes, digest: `sha256:${hash.digest("hex")}` });
}
