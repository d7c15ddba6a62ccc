import { inspectImage } from "../../engine/images.ts";

/**
 * The port that an image says it listens on.
 * @throws Error where it names none, or several.
 */
export async function exposedPort(image: string): Promise<number> {
  const facts = await inspectImage(image);
  const exposed = Object.keys(facts?.Config["ExposedPorts"] ?? {});
  const ports = exposed.filter((each) => !each.endsWith("/udp")).map((each) => Number.parseInt(each, 10));
  if (ports.length === 1 && ports[0] !== undefined) return ports[0];
  const got = ports.length === 0 ? "none" : ports.join(", ");
  throw new Error(`--port: expected a port, for ${image} is to name a single one, got ${got}; name it`);
}
