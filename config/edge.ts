import { z } from "zod";
import { acmeSchema } from "./acme.ts";
import { addressRange, ipAddress } from "./addresses.ts";
import { hostAddress, name, portNumber, secretReference, whole } from "./forms.ts";
import { matchingText } from "./text.ts";

const tlsSchema = z
  .strictObject({
    certificates: z
      .array(secretReference)
      .min(1, { error: "at least one certificate" })
      .optional()
      .describe(
        "Certificates of yours, each a secret (${secret:NAME}) with the certificate, those that it stands on and its key, in PEM. A client is shown the one that is for the host name it asks for, else the first. These, or acme.",
      ),
    acme: acmeSchema.optional(),
    port: portNumber.default(8443).describe("Published port of HTTPS."),
    redirect: z
      .boolean()
      .default(true)
      .describe("Send what comes without TLS to HTTPS (308), but for what a declared proxy has had by TLS."),
  })
  .describe("HTTPS for the public applications, by TLS 1.2 and 1.3 and HTTP/2.");

const metricsSchema = z
  .strictObject({
    port: portNumber.default(9101).describe("Published port."),
    address: ipAddress
      .default("127.0.0.1")
      .describe("Published address; whoever reaches it can read all of them."),
  })
  .describe("HAProxy's metrics for Prometheus, at /metrics.");

const maintenanceSchema = z
  .strictObject({
    text: matchingText(/^[^\p{Cc}]{1,500}$/u, "a line of at most 500 characters")
      .default("We are at work here, and will be back soon.")
      .describe("What the page says."),
    retryAfterSeconds: whole(1, 86_400, "whole seconds from 1 to 86400")
      .default(300)
      .describe("When clients are told to come back (Retry-After)."),
    addresses: z
      .array(addressRange)
      .default([])
      .describe("Addresses and ranges of clients that come through as always."),
  })
  .describe("Lets `npm run maintenance` put a page in the place of public applications.");

/** The page that an edge has for applications under maintenance. */
export type MaintenanceSettings = z.output<typeof maintenanceSchema>;

/** How an edge speaks TLS. */
export type TlsSettings = z.output<typeof tlsSchema>;

/** Where requests come in, of one environment. */
export const edgeSchema = z
  .strictObject({
    layer: name.describe("The layer that brings HAProxy."),
    port: portNumber.default(8080).describe("Published port."),
    address: ipAddress.default("127.0.0.1").describe("Published address."),
    internalAddress: hostAddress
      .optional()
      .describe(
        "Address of this machine at which mutable hosts and instances reach the applications, each on its port.",
      ),
    migrateConnections: z
      .boolean()
      .default(true)
      .describe(
        "Behind a door of a former version, hand connections not yet accepted over to the next edge (Linux 5.14 or newer).",
      ),
    proxies: z
      .array(addressRange)
      .default([])
      .describe(
        "Proxies before the edge, by address or range, whose word on the client is taken: the headers X-Forwarded-*, Forwarded and X-Real-IP, which are removed from everybody else's requests.",
      ),
    tls: tlsSchema.optional(),
    metrics: metricsSchema.optional(),
    maintenance: maintenanceSchema.optional(),
  })
  .describe("Where requests come in.");

/** The host name under which boxes reach the edge. */
export const edgeName = "edge";
/** The port of the public applications inside the door's network namespace. */
export const publicPort = 80;
/** The port of the public applications by TLS, likewise. */
export const tlsPort = 443;
/** The port of its metrics, likewise. */
export const metricsPort = 9902;
/** Where a starting edge asks the one before it which servers it knows; reached from within that namespace alone, or by a path in the door's folder. */
export const statePort = 9901;
/** How servers of the edge are named, before a dash, that are no application's boxes: load balancers and mutable hosts. */
export const edgeServers: readonly string[] = ["balancer", "host"];
