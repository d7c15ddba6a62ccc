import type { PlacedApplication } from "../../plan/glue/topology.ts";
import type { TlsPlan } from "./tls.ts";

/**
 * What a backend does to keep a client with one box: the cookie is made of the box's address, so that old and new edges mean the same box
 * by it, and applications never see it. A box that is not healthy has no clients of its own.
 */
export function stickyCookie({ name, sticky }: PlacedApplication, tls: TlsPlan | undefined): string[] {
  if (!sticky) return [];
  // What is not redirected may come without TLS, and would not bring it.
  const secure = tls?.redirect ? " secure" : "";
  return [
    `  dynamic-cookie-key ${name}`,
    `  cookie box-of-${name} insert indirect nocache httponly${secure} attr SameSite=Lax dynamic`,
  ];
}
