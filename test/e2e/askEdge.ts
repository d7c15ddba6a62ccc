import { ask } from "../sandbox/ask.ts";

/** One request through the edge: its status, and the digest of the image that answered. */
export async function askEdge(
  port: number,
  host: string,
  path: string,
): Promise<{ status: number; image: string }> {
  const { status, image } = await ask(port, { host, path });
  return { status, image };
}
