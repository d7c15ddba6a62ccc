import { sourceLines } from "./sources.ts";
import { tlsRedirect, type TlsPlan } from "./tls.ts";

/** By these a proxy tells of its client; some servers of applications take underscores for hyphens. */
const forwardedHeaders = "^(x[-_]forwarded[-_].*|forwarded|x[-_]real[-_]ip)$";

/** What an application is told of the client: by a declared proxy, and else by the edge itself. */
export function forwarded(proxies: readonly string[], tls?: TlsPlan): string[] {
  const told = (header: string, value: string) =>
    `  http-request set-header ${header} ${value} unless { req.hdr(${header}) -m found }`;
  const protocol = tls ? "%[ssl_fc,iif(https,http)]" : "http";
  return [
    ...sourceLines("from_proxy", proxies),
    `  http-request del-header ${forwardedHeaders} -m reg${proxies.length > 0 ? " unless from_proxy" : ""}`,
    ...(tls ? tlsRedirect(tls, proxies.length > 0) : []),
    told("X-Forwarded-Proto", protocol),
    told("X-Forwarded-Host", "%[req.hdr(Host)]"),
    "  option forwardfor",
  ];
}
