import { request, type Agent } from "node:http";
import { request as requestByTls } from "node:https";
import type { SecureVersion } from "node:tls";

/** One request through an edge, by host name. */
export interface Question {
  host: string;
  path: string;
  method?: string;
  body?: string;
  /** Where the edge is. Default: this machine. */
  address?: string;
  /** Keeps connections. Default: a connection of its own. */
  agent?: Agent;
  /** Asks by TLS, and takes certificates that stand on this one, in PEM. */
  ca?: string;
  /** By no newer TLS than this. Default: the newest that both know. */
  maxVersion?: SecureVersion;
  /** Longest time to the end of the answer. Default: as long as it takes. */
  timeoutSeconds?: number;
}

/** What came back. */
export interface Answer {
  status: number;
  type: string;
  body: string;
  /** Where else one is to ask. */
  location?: string;
  /** Digest of the image that answered. */
  image: string;
  /** Name of the box that answered. */
  box: string;
}

/** Asks once. @throws Error when the connection fails. */
export function ask(port: number, question: Question): Promise<Answer> {
  const { host, path, method = "GET", body = "", address = "127.0.0.1", timeoutSeconds } = question;
  const { ca, maxVersion } = question;
  return new Promise((resolve, reject) => {
    const headers = { host, ...(body !== "" && { "content-type": "application/json" }) };
    const more = {
      agent: question.agent ?? false,
      ...(timeoutSeconds !== undefined && { signal: AbortSignal.timeout(timeoutSeconds * 1000) }),
    };
    const by = ca === undefined ? request : requestByTls;
    const tls =
      ca === undefined
        ? {}
        : { ca, servername: host, ...(maxVersion && { maxVersion, minVersion: maxVersion }) };
    const sent = by({ host: address, port, path, method, headers, ...more, ...tls }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => {
        text += part;
      });
      response.on("end", () => {
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers["content-type"] ?? "",
          body: text,
          ...(response.headers.location !== undefined && { location: response.headers.location }),
          image: String(response.headers["x-image-digest"]),
          box: String(response.headers["x-box"]),
        });
      });
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
