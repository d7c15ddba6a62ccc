import { request, type Agent } from "node:http";

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
  /** Longest time to the end of the answer. Default: as long as it takes. */
  timeoutSeconds?: number;
}

/** What came back. */
export interface Answer {
  status: number;
  type: string;
  body: string;
  /** Digest of the image that answered. */
  image: string;
  /** Name of the box that answered. */
  box: string;
}

/** Asks once. @throws Error when the connection fails. */
export function ask(port: number, question: Question): Promise<Answer> {
  const { host, path, method = "GET", body = "", address = "127.0.0.1", timeoutSeconds } = question;
  return new Promise((resolve, reject) => {
    const headers = { host, ...(body !== "" && { "content-type": "application/json" }) };
    const more = {
      agent: question.agent ?? false,
      ...(timeoutSeconds !== undefined && { signal: AbortSignal.timeout(timeoutSeconds * 1000) }),
    };
    const sent = request({ host: address, port, path, method, headers, ...more }, (response) => {
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
