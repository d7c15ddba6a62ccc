import { tlsRedirect, type TlsPlan } from "./tls.ts";

/** By these a proxy tells of its client; some servers of applications take underscores for hyphens. */
const forwardedHeaders = "^(x[-_]forwarded[-_].*|forwarded|x[-_]real[-_]ip)$";

/** A line of HAProxy's has 64 words at most. */
const proxiesInLine = 50;

/** What an application is told of the client: by a declared proxy, and else by the edge itself. */
export function forwarded(proxies: readonly string[], tls?: TlsPlan): string[] {
  const lines = Array.from({ length: Math.ceil(proxies.length / proxiesInLine) }, (_, line) =>
    proxies.slice(line * proxiesInLine, (line + 1) * proxiesInLine),
  );
  const told = (header: string, value: string) =>
    `  http-request set-header ${header} ${value} unless { req.hdr(${header}) -m found }`;
  const protocol = tls ? "%[ssl_fc,iif(https,http)]" : "http";
  return [
    ...lines.map((some) => `  acl from_proxy src ${some.join(" ")}`),
    `  http-request del-header ${forwardedHeaders} -m reg${lines.length > 0 ? " unless from_proxy" : ""}`,
    ...(tls ? tlsRedirect(tls, proxies.length > 0) : []),
    told("X-Forwarded-Proto", protocol),
    told("X-Forwarded-Host", "%[req.hdr(Host)]"),
    "  option forwardfor",
  ];
}
