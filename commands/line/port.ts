import { mapped, matching, optional, type Option } from "./option.ts";

/** The port on which an environment is published. */
export const port = ofEdge(
  optional("PORT", "published port (default: that of the environment's edge)", "p"),
  "for example --port 8090",
);

/** … and the one for TLS. */
export const httpsPort = ofEdge(
  optional("PORT", "published port of HTTPS (default: that of the environment's edge)"),
  "for example --tls-port 8453",
);

function ofEdge(given: Option<string | undefined>, fix: string): Option<number | undefined> {
  return mapped(matching(given, /^\d{1,5}$/, "a port", fix), (value) =>
    value === undefined ? undefined : Number(value),
  );
}
