import { z } from "zod";
import { name, portNumber } from "./forms.ts";

const protocol = z.enum(["http", "grpc", "tcp"]);

/** What is spoken at a port: HTTP, gRPC (HTTP/2 without TLS), or anything over TCP. */
export type Protocol = z.output<typeof protocol>;

/** The ports that an application has beside its own. */
export const portsKey = z
  .record(
    name,
    z.union([portNumber, z.strictObject({ port: portNumber, protocol: protocol.default("http") })], {
      error: "a port from 1 to 65535, or with http, grpc or tcp: { port: 2525, protocol: tcp }",
    }),
    { error: "ports beside its own (port), by name: { metrics: 9100 }" },
  )
  .optional()
  .describe(
    "Ports beside its own, by name, which other applications reach through the edge: metrics: 9100 for HTTP, rpc: { port: 50051, protocol: grpc }, smtp: { port: 2525, protocol: tcp }.",
  );

/** Them as they are written. */
export type PortsWritten = z.output<typeof portsKey>;

/** The numbers at which an environment publishes ports of an application. */
export const publishedKey = z
  .record(name, portNumber)
  .optional()
  .describe(
    "Ports of `ports` that are published at `edge.address`, and at which number (smtp: 25); default: none.",
  );

/** A port that an application has beside its own. */
export interface FurtherPort {
  name: string;
  port: number;
  protocol: Protocol;
}

/** The ports that an application has beside its own, in the order in which they are written. */
export function furtherPorts({ ports = {} }: { ports?: PortsWritten }): FurtherPort[] {
  return Object.entries(ports).map(([name, port]) =>
    typeof port === "number" ? { name, port, protocol: "http" } : { name, ...port },
  );
}

/** How a further port is named among all of them: `shop.smtp`. No application has a dot in its name. */
export function furtherPortName(application: string, port: string): string {
  return `${application}.${port}`;
}
