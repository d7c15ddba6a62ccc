import { acmeName } from "../../config/acme.ts";
import { tlsPort, type TlsSettings } from "../../config/edge.ts";

/** What the edge's configuration says of TLS. */
export interface TlsPlan extends Pick<TlsSettings, "port" | "redirect"> {
  /** Its certificates come from an authority, whose questions are led to {@link acmeName}. */
  acme?: true;
}

/** The variable of an edge with its certificates: a list of texts in JSON. */
export const certificatesVariable = "EDGE_CERTIFICATES";

/** The variable of an edge with the folder where another box keeps certificates that change. */
export const certificateFolderVariable = "EDGE_CERTIFICATE_FOLDER";

/** Where behindDoor.py puts them, in memory: HAProxy shows the one that fits, else the first by name. */
const certificateFolder = "/run/haproxy/certificates";

// Mozilla's intermediate settings, version 5.7: TLS 1.2 and 1.3 (https://wiki.mozilla.org/Security/Server_Side_TLS). Without the suites
// of finite-field Diffie-Hellman, which need parameters of their own, and which no client needs that has TLS 1.2.
const suites = ["AES128-GCM-SHA256", "AES256-GCM-SHA384", "CHACHA20-POLY1305"].flatMap((each) =>
  ["ECDSA", "RSA"].map((key) => `ECDHE-${key}-${each}`),
);
const suites13 = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"];

/** Lines of the section `global`. */
export const tlsGlobal: readonly string[] = [
  `  ssl-default-bind-ciphers ${suites.join(":")}`,
  `  ssl-default-bind-ciphersuites ${suites13.join(":")}`,
  // Tickets are sealed with keys of one process; old and new edges do not know each other's.
  "  ssl-default-bind-options ssl-min-ver TLSv1.2 prefer-client-ciphers no-tls-tickets",
];

/**
 * Where the public frontend listens for TLS. With an authority's certificates it begins without any, and nobody is shown one for another
 * name.
 */
export function tlsBind({ acme }: TlsPlan): string {
  return `  bind :${tlsPort} ssl crt ${certificateFolder}${acme ? " strict-sni" : ""} alpn h2,http/1.1`;
}

/** By HTTP-01 an authority asks below this path, without TLS (RFC 8555, 8.3). */
export const challengePath = "/.well-known/acme-challenge/";

/** The port at which the box with the client answers. */
export const challengePort = 8402;

/** The backend that leads to it; no application's name has an underscore. */
export const challengeBackend = "acme_challenge";

/** What leads an authority's questions to the box that answers them. */
export const challengeRoute = `  use_backend ${challengeBackend} if { path_beg ${challengePath} }`;

/** The box with the client: while it is swapped there are two. */
export const challengeServers: readonly string[] = [
  `backend ${challengeBackend}`,
  `  server-template ${acmeName}- 4 ${acmeName}:${challengePort}`,
];

/** What becomes of requests without TLS. @param proxied whether proxies are declared, which may have had them by TLS. */
export function tlsRedirect({ port, redirect, acme }: TlsPlan, proxied: boolean): string[] {
  if (!redirect) return [];
  const asked = acme ? ` !{ path_beg ${challengePath} }` : "";
  const host = `%[req.hdr(Host),host_only]${port === tlsPort ? "" : `:${port}`}`;
  const unless = proxied ? " !{ req.hdr(X-Forwarded-Proto) -i https }" : "";
  return [
    `  http-request redirect code 308 location https://${host}%[pathq] if !{ ssl_fc }${asked}${unless}`,
  ];
}
